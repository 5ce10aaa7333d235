/** A way to an S3 server that writes down what is asked of it. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface CountingProxy {
  endpoint: string;
  /** Method and path of every request since it was emptied last, in the order in which they came. */
  requests: string[];
  stop(): void;
}

/** @param endpoint of the server, http://127.0.0.1:PORT. */
export async function countRequests(endpoint: string): Promise<CountingProxy> {
  const requests: string[] = [];
  const server = createServer((asked, answer) => {
    const { method, url = "/", headers } = asked;
    requests.push(`${method} ${url}`);
    const onward = request(`${endpoint}${url}`, { method, headers }, (came) => {
      answer.writeHead(came.statusCode!, came.headers);
      came.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
