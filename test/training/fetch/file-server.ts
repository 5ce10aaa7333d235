/**
 * A server of one file on the loopback that can be made to misbehave: each request is answered by the next of the
 * given manners, the last of them for good. It keeps what it was asked.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export type Manner = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export interface FileServer {
  /** With a slash at its end. */
  url: string;
  requests: { path: string; range: string | undefined; ifRange: string | undefined }[];
}

/** Gone when the test has run. */
export async function serveFile(content: Uint8Array, ...manners: Manner[]): Promise<FileServer> {
  const bytes = Buffer.from(content);
  const requests: FileServer["requests"] = [];
  const server = createServer((request, response) => {
    const { range, "if-range": ifRange } = request.headers;
    requests.push({ path: request.url!, range, ifRange: ifRange as string | undefined });
    (manners[Math.min(requests.length, manners.length) - 1] ?? wellBehaved())(request, response, bytes);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

/** A server of the files in a folder. */
export async function serveFolder(folder: string): Promise<FileServer> {
  return serveFile(Buffer.alloc(0), (request, response) =>
    wellBehaved()(request, response, readFileSync(join(folder, request.url!))),
  );
}

/** An address at which nobody listens. */
export async function findDeadAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

/** A new folder, gone when the test has run. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "radlite-fetch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TAG = '"one"';

interface Honest {
  etag?: string | undefined;
  /** Bytes after which the connection is cut. */
  cutAfter?: number;
}

/** Knows Range and If-Range; may cut the connection. */
export function wellBehaved({ etag = TAG, cutAfter = Number.POSITIVE_INFINITY }: Honest = {}): Manner {
  return ({ headers }, response, content) => {
    const from =
      headers["if-range"] === etag ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
    const body = content.subarray(from);
    const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": body.length,
      ...(etag ? { etag } : {}),
      ...(from > 0 ? range : {}),
    });
    send(response, body, cutAfter);
  };
}

/** Answers with these headers and this body, whatever was asked. */
export function answer(
  status: number,
  headers: Record<string, string | number>,
  body?: (content: Buffer) => Uint8Array,
): Manner {
  return (_request, response, content) => {
    response.writeHead(status, headers);
    if (body) response.write(body(content));
    response.end();
  };
}

/** Sends the first bytes and then nothing more, without an end. */
export function silentAfter(bytes: number): Manner {
  return (_request, response, content) => {
    response.writeHead(200, { "content-length": content.length, etag: TAG });
    response.write(content.subarray(0, bytes));
  };
}

/** Without a length and without chunks, as old servers do: only the end of the connection says that it is all. */
export function untilClosed(bytes = Number.POSITIVE_INFINITY): Manner {
  return (_request, response, content) => {
    const { socket } = response;
    socket!.end(
      Buffer.concat([
        Buffer.from("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"),
        content.subarray(0, bytes),
      ]),
    );
  };
}

function send(response: ServerResponse, body: Uint8Array, cutAfter: number): void {
  if (body.length <= cutAfter) {
    response.end(body);
    return;
  }
  // What a client has not read yet when the connection breaks is lost to it.
  response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 200));
}
