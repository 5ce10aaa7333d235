/**
 * A way to an S3 server on which things go wrong, by chance and by a seed: answers that are lost after the request was
 * done, answers of 500 before and after it, connections that are cut in the middle of an answer, delays, and late
 * writes. A late write is held back: its sender sees a broken connection at once, and what it repeats breaks as well,
 * while others go on writing; then it is done after all, as by a server that took it and was slow.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createNumbers } from "../model/networks.ts";

export const FAULTS = ["lost", "500", "500 done", "409", "cut", "delayed", "late"] as const;

export type Fault = (typeof FAULTS)[number];

export interface Proxy {
  endpoint: string;
  requests(): number;
  /** How often each fault happened. */
  faults: Readonly<Record<Fault, number>>;
  /** Late writes that were taken, and those that others had written after. */
  late: { taken: number; overtaken: number };
  /** Answers every write with 403, as for credentials that may only read. */
  forbidWrites(isForbidden: boolean): void;
  /** Nothing goes wrong any more; resolves once every late write was done. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

interface Held {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One request in so many goes wrong; of writes to the log more. */
const ONE_IN = 25;
const ONE_IN_OF_LOG = 7;
const LONGEST_DELAY_MS = 300;
/** Late: at least so long, until others have written the log, and no longer than that. */
const LATE_MS = [50, 700] as const;
const LATEST_MS = 1_500;

/** @param endpoint of the server, http://127.0.0.1:PORT. */
export async function startProxy(endpoint: string, seed: number): Promise<Proxy> {
  const numbers = createNumbers(seed);
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const late = { taken: 0, overtaken: 0 };
  const held = new Map<string, Promise<void>>();
  let [seen, logWrites, isForbidden, isQuiet] = [0, 0, false, false];

  function chooseFault({ method, url }: Held): Fault | undefined {
    const isWrite = method === "PUT" || method === "DELETE";
    const oneIn = isWrite && url.includes("/log/") ? ONE_IN_OF_LOG : ONE_IN;
    if (numbers.whole(1, oneIn) !== 1) return undefined;
    const fault = numbers.pick(FAULTS);
    if (isWrite || (fault !== "late" && fault !== "409")) return fault;
    return "delayed";
  }

  async function forward(sent: Held): Promise<Answer> {
    const answer = await send(endpoint, sent);
    if (sent.method === "PUT" && sent.url.includes("/log/") && answer.status === 200) logWrites++;
    return answer;
  }

  async function hold(sent: Held): Promise<void> {
    const before = logWrites;
    await delay(numbers.whole(...LATE_MS));
    for (const untilMs = Date.now() + LATEST_MS; logWrites === before && Date.now() < untilMs; )
      await delay(20);
    const isOvertaken = logWrites > before;
    const { status } = await forward(sent);
    if (status < 300) late.taken++;
    if (isOvertaken) late.overtaken++;
  }

  async function meet(sent: Held, response: ServerResponse): Promise<void> {
    seen++;
    const isWrite = sent.method === "PUT" || sent.method === "DELETE";
    if (isWrite && isForbidden) return refuse(response, 403, "AccessDenied");
    const id = nameOf(sent);
    if (held.has(id)) return breakOff(response);
    const fault = isQuiet ? undefined : chooseFault(sent);
    if (fault) faults[fault]++;
    switch (fault) {
      case "late":
        held.set(
          id,
          hold(sent).finally(() => held.delete(id)),
        );
        return breakOff(response);
      case "500":
        return refuse(response, 500, "InternalError");
      case "409":
        return refuse(response, 409, "ConditionalRequestConflict");
      case "delayed":
        await delay(numbers.whole(1, LONGEST_DELAY_MS));
    }
    const answer = await forward(sent);
    if (fault === "lost") return breakOff(response);
    if (fault === "500 done") return refuse(response, 500, "InternalError");
    response.writeHead(answer.status, plain(answer.headers));
    if (fault !== "cut") response.end(answer.body);
    else response.write(answer.body.subarray(0, answer.body.length >> 1), () => breakOff(response));
  }

  const sockets = new Set<Socket>();
  const server = createServer(async (message, response) => {
    try {
      await meet(await receive(message), response);
    } catch {
      breakOff(response); // its sender was killed, or the server was
    }
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    requests: () => seen,
    faults,
    late,
    forbidWrites(isSo) {
      isForbidden = isSo;
    },
    async settle() {
      isQuiet = true;
      await Promise.all(held.values());
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A request that comes again has the same bytes for the same key. */
const nameOf = ({ method, url, body }: Held): string =>
  `${method} ${new URL(url, "http://localhost").pathname} ${createHash("sha256").update(body).digest("hex")}`;

async function receive(message: IncomingMessage): Promise<Held> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return {
    method: message.method!,
    url: message.url!,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

function send(endpoint: string, { method, url, headers, body }: Held): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(endpoint + url, {
      method,
      headers: { ...plain(headers), "content-length": body.length },
    });
    sent.once("error", reject);
    sent.once("response", async (message) => {
      const answer = await receive(message).catch(reject);
      if (answer) resolve({ status: message.statusCode!, headers: message.headers, body: answer.body });
    });
    sent.end(body);
  });
}

/** Without what is about one connection alone. */
function plain(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, "transfer-encoding": __, expect: ___, ...rest } = headers;
  return rest;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>by the proxy</Message></Error>`);
}

function breakOff(response: ServerResponse): void {
  response.socket?.destroy();
}
