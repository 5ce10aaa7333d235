/** That the faults are real: what the sender hears of each request, beside what the server behind the proxy was asked. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { FAULTS, startProxy } from "./proxy.ts";

const REQUESTS = 400;

/** A server that notes the bodies that it was sent, in order, and answers at length. */
async function startServer() {
  const written: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.method === "PUT") written.push(body);
    response.end("answer ".repeat(100));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    written,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => server.close(),
  };
}

/** What the sender hears: a status, or that the connection broke. */
async function put(endpoint: string, path: string, body: string): Promise<number | "broken"> {
  try {
    const answer = await fetch(endpoint + path, { method: "PUT", body });
    await answer.text();
    return answer.status;
  } catch {
    return "broken";
  }
}

test("every fault happens, and late writes are done after those that came later, once", async () => {
  const server = await startServer();
  const proxy = await startProxy(server.endpoint, 11);
  const heard = new Map<string, number | "broken">();
  for (let i = 0; i < REQUESTS; i++) {
    heard.set(`${i}`, await put(proxy.endpoint, `/bucket/log/${i}`, `${i}`));
  }
  await proxy.settle();

  for (const fault of FAULTS) expect(proxy.faults[fault], fault).toBeGreaterThan(0);
  const done = [...heard].filter(([body]) => server.written.includes(body)).length;
  const told = [...heard.values()].filter((one) => one === 200).length;
  const { lost, cut, late, "500 done": doneAll, 409: conflicts, 500: failed } = proxy.faults;
  expect(done).toBe(REQUESTS - failed - conflicts);
  expect(told).toBe(REQUESTS - failed - conflicts - doneAll - lost - cut - late);
  expect(server.written).toHaveLength(done);
  expect(proxy.late).toEqual({ taken: late, overtaken: late });
  const overtaken = server.written.filter((body, i) =>
    server.written.slice(0, i).some((one) => +one > +body),
  );
  expect(overtaken).toHaveLength(late);
  await proxy.stop();
  server.stop();
});

test("a late write that is repeated meanwhile is broken off each time, and once it is done, goes through", async () => {
  const server = await startServer();
  const proxy = await startProxy(server.endpoint, 11);
  let at = 0;
  while (proxy.faults.late === 0) await put(proxy.endpoint, `/bucket/log/${++at}`, `${at}`);
  expect(await put(proxy.endpoint, `/bucket/log/${at}`, `${at}`)).toBe("broken");
  expect(server.written).not.toContain(`${at}`);
  await proxy.settle();
  expect(server.written).toContain(`${at}`);
  expect(await put(proxy.endpoint, `/bucket/log/${at}`, `${at}`)).toBe(200);
  await proxy.stop();
  server.stop();
});

test("writes that are forbidden are 403 and not done, reads go on", async () => {
  const server = await startServer();
  const proxy = await startProxy(server.endpoint, 11);
  await proxy.settle(); // nothing else goes wrong
  proxy.forbidWrites(true);
  expect(await put(proxy.endpoint, "/bucket/a", "a")).toBe(403);
  expect((await fetch(`${proxy.endpoint}/bucket/a`)).status).toBe(200);
  proxy.forbidWrites(false);
  expect(await put(proxy.endpoint, "/bucket/a", "b")).toBe(200);
  expect(server.written).toEqual(["b"]);
  await proxy.stop();
  server.stop();
});
