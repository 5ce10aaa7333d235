/** The S3 store against a real server. */

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { s3Store } from "../../../registry/store/s3.ts";
import { BUCKET, type S3Server, startS3Server } from "../s3-server.ts";
import { describeStore } from "./conformance.ts";
import { bytesOf, keysOf, outcome, read } from "./writes.ts";

let server: S3Server;
let stores = 0;

beforeAll(async () => {
  server = await startS3Server();
  Object.assign(process.env, server.environment);
});

afterAll(() => server.stop());

const openFresh = () => openStore(`s3://${BUCKET}/store-${++stores}/deep`);

describeStore("the S3 store", openFresh, { manyKeys: 1_205, histories: 8 });

test("a prefix keeps its keys apart from those of another, also one that starts the same", async () => {
  const [one, ten] = [await openStore(`s3://${BUCKET}/p1`), await openStore(`s3://${BUCKET}/p10/`)];
  await one.create("k", bytesOf("one"));
  await ten.create("k", bytesOf("ten"));
  expect(await read(one, "k")).toBe("one");
  expect(await keysOf(one, "")).toEqual(["k"]);
  expect(await keysOf(await openStore(`s3://${BUCKET}`), "p1")).toEqual(["p1/k", "p10/k"]);
});

test("the SDK's own variable names the server as well", async () => {
  const { RADLITE_S3_ENDPOINT: AWS_ENDPOINT_URL_S3, ...rest } = server.environment;
  const store = await openStore(`s3://${BUCKET}/by-sdk`, { environment: { ...rest, AWS_ENDPOINT_URL_S3 } });
  await store.create("k", bytesOf("one"));
  expect(await read(await openStore(`s3://${BUCKET}/by-sdk`), "k")).toBe("one");
});

test("a bucket that does not exist is said to be missing", async () => {
  const store = await openStore("s3://no-such-bucket/x", { access: "read" });
  await expect(store.get("k")).rejects.toThrow(/no-such-bucket.*bucket does not exist/);
});

/** A server in front of the real one that answers some requests by itself. */
async function startProxy(
  answer: (
    method: string,
    url: string,
    headers: IncomingHttpHeaders,
  ) => number | "forward" | "forward and drop" | "cut" | "silence",
): Promise<{
  endpoint: string;
  proxy: Server;
}> {
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const decision = answer(request.method!, request.url!, request.headers);
    if (decision === "silence") return;
    if (typeof decision === "number") {
      const code = decision === 409 ? "ConditionalRequestConflict" : "InternalError";
      response.writeHead(decision, { "content-type": "application/xml" });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>by the test</Message></Error>`);
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !["host", "connection", "content-length", "expect"].includes(name),
      ),
    ) as Record<string, string>;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const real = await fetch(server.endpoint + request.url, { method: request.method!, headers, body });
    if (decision === "forward and drop") {
      response.socket!.destroy();
      return;
    }
    const kept = [...real.headers].filter(
      ([name]) => !["connection", "transfer-encoding", "content-encoding"].includes(name),
    );
    response.writeHead(real.status, Object.fromEntries(kept));
    const answered = Buffer.from(await real.arrayBuffer());
    if (decision === "cut") response.write(answered.subarray(0, 1), () => response.socket!.destroy());
    else response.end(answered);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return { endpoint: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`, proxy };
}

async function openThrough(endpoint: string) {
  const environment = { ...server.environment, RADLITE_S3_ENDPOINT: endpoint };
  return openStore(`s3://${BUCKET}/proxied-${++stores}`, { environment });
}

test("409 ConditionalRequestConflict and 500 are repeated until the write is taken", async () => {
  let puts = 0;
  const { endpoint, proxy } = await startProxy((method, url) => {
    if (method !== "PUT" || url.includes("/probe/")) return "forward";
    return [409, 409, 500, "forward" as const][puts++] ?? "forward";
  });
  const store = await openThrough(endpoint);
  await store.create("k", bytesOf("one"));
  expect(puts).toBe(4);
  expect(await read(store, "k")).toBe("one");
  expect(await outcome(store.create("k", bytesOf("two")))).toBe("CONFLICT");
  proxy.close();
});

test("a create whose answer is lost comes back as a conflict with its own bytes in place", async () => {
  let drops = 0;
  const { endpoint, proxy } = await startProxy((method, url) => {
    if (method !== "PUT" || url.includes("/probe/") || drops > 0) return "forward";
    drops++;
    return "forward and drop";
  });
  const store = await openThrough(endpoint);
  expect(await outcome(store.create("k", bytesOf("mine")))).toBe("CONFLICT");
  expect(await read(store, "k")).toBe("mine");
  proxy.close();
});

test("the probe's first replace is written and its answer lost: the store is writable", async () => {
  let drops = 0;
  const { endpoint, proxy } = await startProxy((method, _, headers) => {
    if (method !== "PUT" || headers["if-match"] === undefined || drops > 0) return "forward";
    drops++;
    return "forward and drop";
  });
  const store = await openThrough(endpoint);
  expect(drops).toBe(1);
  expect(store.readOnlyReason).toBeUndefined();
  await store.create("k", bytesOf("one"));
  expect(await read(store, "k")).toBe("one");
  proxy.close();
});

test("a probe that finds nothing out is UNAVAILABLE, and the next one may open the store", async () => {
  let isIll = true;
  const { endpoint, proxy } = await startProxy((_, __, headers) =>
    isIll && headers["if-match"] !== undefined ? 412 : "forward",
  );
  await expect(openThrough(endpoint)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("did not replace an object that nobody had changed"),
  });
  isIll = false;
  expect((await openThrough(endpoint)).readOnlyReason).toBeUndefined();
  proxy.close();
});

test("a bucket that does not exist is NOT_FOUND to a writer: it may be there the next time", async () => {
  await expect(openStore("s3://no-such-bucket/x")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a server that does not know conditional writes is opened read-only, with the reason", async () => {
  const { endpoint, proxy } = await startProxy((method) => (method === "PUT" ? 501 : "forward"));
  expect((await openThrough(endpoint)).readOnlyReason).toMatch(
    /it cannot be written: .*its server cannot do that/,
  );
  proxy.close();
});

test("an answer that is cut short or never comes is UNAVAILABLE within its time, and the next try reads it", async () => {
  const broken: ("cut" | "silence" | "forward")[] = [];
  const { endpoint, proxy } = await startProxy(
    (method) => (method === "GET" ? broken.shift() : undefined) ?? "forward",
  );
  const store = s3Store({ bucket: BUCKET, prefix: "broken", endpoint, region: "us-east-1", silenceMs: 200 });
  await store.create("k", bytesOf("whole"));
  broken.push("cut");
  expect(await outcome(store.get("k"))).toBe("UNAVAILABLE");
  expect(await read(store, "k")).toBe("whole");
  broken.push("silence", "silence", "silence"); // the SDK tries three times
  expect(await outcome(store.get("k"))).toBe("UNAVAILABLE");
  expect(await read(store, "k")).toBe("whole");
  proxy.closeAllConnections();
  proxy.close();
});

test("a server that ignores conditions is opened read-only, with the reason", async () => {
  const objects = new Map<string, Buffer>();
  const emulator = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === "PUT") objects.set(request.url!, Buffer.concat(chunks));
    if (request.method === "DELETE") objects.delete(request.url!);
    const found = objects.get(request.url!);
    response.writeHead(found || request.method === "DELETE" ? 200 : 404, { etag: '"etag"' });
    response.end(request.method === "GET" ? found : undefined);
  }).listen(0, "127.0.0.1");
  await once(emulator, "listening");
  const store = await openThrough(`http://127.0.0.1:${(emulator.address() as { port: number }).port}`);
  expect(store.readOnlyReason).toBe("its server let 8 writers create the same object (If-None-Match)");
  expect(await outcome(store.create("k", bytesOf("x")))).toBe("REFUSED");
  emulator.close();
});

test("credentials that may not write open a read-only store that says so", async () => {
  const { endpoint, proxy } = await startProxy((method) => (method === "PUT" ? 403 : "forward"));
  const store = await openThrough(endpoint);
  expect(store.readOnlyReason).toMatch(/it cannot be written: .*the server does not allow it/);
  proxy.close();
});
