import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handler } from "../../functions/page.ts";
import { context, httpEvent } from "./events.ts";

// Run from its source, the handler serves the files beside it.
const SOURCE = readFileSync(join(import.meta.dirname, "../../console/classify/page.css"));

beforeAll(() => void vi.stubEnv("IS_OFFLINE", "true"));
afterAll(() => void vi.unstubAllEnvs());

const get = (file?: string, headers: Record<string, string> = {}) => {
  const event = httpEvent({ method: "GET", headers });
  return handler(file === undefined ? event : { ...event, pathParameters: { file } }, context);
};

test("the page comes under a policy that lets it run and ask nothing but its own server", async () => {
  const { statusCode, headers, body } = await get();

  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy":
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
  expect(body).not.toMatch(/https?:\/\/|<style|<script>|\son\w+=/);
});

test.each([
  ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
])("a file comes whole, packed for %s, and is kept for ever", async (accepted, coding, unpack) => {
  const plain = await get("page.css");
  const packed = await get("page.css", { "accept-encoding": accepted });

  expect(Buffer.from(plain.body!, "base64")).toEqual(SOURCE);
  expect(unpack(Buffer.from(packed.body!, "base64"))).toEqual(SOURCE);
  expect(packed.headers).toEqual({ ...plain.headers, "content-encoding": coding });
  expect(plain.headers).toMatchObject({
    "content-type": "text/css; charset=utf-8",
    "cache-control": "max-age=31536000, immutable",
    vary: "accept-encoding",
  });
});

test.each([
  "none.js",
  "service-worker.js",
  "../page.ts",
  "..%2Fpage.ts",
  "main.ts",
  "page.html",
  ".css",
  "constructor",
  "",
])("%j is not there", async (file) => {
  const { statusCode, body } = await get(file);

  expect({ statusCode, code: JSON.parse(body!).error.code }).toEqual({
    statusCode: 404,
    code: "NOT_FOUND",
  });
});

test("on Lambda it is there for everybody too: what it asks is answered to those who may ask", async () => {
  vi.stubEnv("IS_OFFLINE", "");

  expect((await get()).statusCode).toBe(200);
});
