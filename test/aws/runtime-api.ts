/**
 * The Runtime API of AWS Lambda for one instance of a function, and the instance: a process under Node 22 in the
 * folder of the unpacked zip, with the environment that it is given and nothing else. The first event starts it; one
 * event at a time is worked on; between two it is frozen (SIGSTOP), as on Lambda: what a handler leaves to be done
 * after its answer is not done before the next one.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { nodePath } from "../../scripts/nodes.mjs";

const RUNTIME = join(import.meta.dirname, "lambda-runtime.mjs");
const NODE = nodePath(22);

export interface FunctionOptions {
  name: string;
  /** As in the template, such as `dist/functions/classify.handler`. */
  handler: string;
  /** Of the unpacked zip. */
  folder: string;
  environment: Record<string, string>;
  timeoutS: number;
}

export interface LambdaFunction {
  /** @throws what the handler threw, that it took too long, or that its process ended. */
  invoke(event: unknown): Promise<unknown>;
  /** What it has written so far. */
  log(): string;
  /** The next event meets a process that has just been started. */
  recycle(): void;
  stop(): Promise<void>;
}

interface Invocation {
  id: string;
  event: string;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export async function startFunction(options: FunctionOptions): Promise<LambdaFunction> {
  const { name, timeoutS } = options;
  const waiting: Invocation[] = [];
  let current: Invocation | undefined;
  let poll: ServerResponse | undefined; // the instance's, while it has nothing to do
  let instance: ChildProcess | undefined;
  let log = "";

  const server = createServer(async (request, response) => {
    if (request.url!.endsWith("/invocation/next")) {
      poll = response;
      if (waiting.length > 0) return serveNext();
      instance?.kill("SIGSTOP");
      return;
    }
    const said = JSON.parse((await text(request)) || "null");
    response.writeHead(202).end();
    settle(request, said);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  function settle({ url }: IncomingMessage, said: unknown): void {
    const done = current ?? (url!.endsWith("/init/error") ? waiting.shift() : undefined);
    current = undefined;
    if (url!.endsWith("/response")) done?.resolve(said);
    else done?.reject(new Error(`${name}: ${JSON.stringify(said)}`));
  }

  function start(): void {
    const process = spawn(NODE, ["--enable-source-maps", RUNTIME], {
      cwd: options.folder,
      env: {
        ...options.environment,
        _HANDLER: options.handler,
        LAMBDA_TASK_ROOT: options.folder,
        AWS_LAMBDA_RUNTIME_API: address,
        AWS_LAMBDA_FUNCTION_NAME: name,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    instance = process;
    for (const stream of [process.stdout, process.stderr])
      stream.on("data", (chunk) => {
        log += chunk;
      });
    process.once("exit", (code, signal) => {
      if (instance !== process) return;
      abandon(`its process ended (${code ?? signal})\n${log}`);
    });
  }

  /** What waits is worked on by a new instance. */
  function abandon(why: string): void {
    instance = undefined;
    poll = undefined;
    current?.reject(new Error(`${name}: ${why}`));
    current = undefined;
    if (waiting.length > 0) start();
  }

  function serveNext(): void {
    current = waiting.shift();
    if (!current || !poll) return;
    instance!.kill("SIGCONT");
    poll.writeHead(200, {
      "lambda-runtime-aws-request-id": current.id,
      "lambda-runtime-deadline-ms": String(Date.now() + timeoutS * 1000),
      "lambda-runtime-invoked-function-arn": `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    });
    poll.end(current.event);
    poll = undefined;
  }

  function recycle(why = "it was recycled"): void {
    const process = instance;
    abandon(why);
    process?.kill("SIGKILL");
  }

  return {
    invoke(event) {
      return new Promise((resolve, reject) => {
        const patience = setTimeout(
          () => recycle(`Task timed out after ${timeoutS} seconds`),
          timeoutS * 1000,
        );
        const over = <T>(settled: (value: T) => void) => {
          return (value: T) => {
            clearTimeout(patience);
            settled(value);
          };
        };
        waiting.push({
          id: randomUUID(),
          event: JSON.stringify(event),
          resolve: over(resolve),
          reject: over(reject),
        });
        if (!instance) start();
        else if (poll) serveNext();
      });
    },
    log: () => log,
    recycle: () => recycle(),
    async stop() {
      waiting.length = 0;
      recycle();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
