/**
 * GET /: the upload page; GET /page/<file>: its scripts, its style and the decoder that it runs, all from here.
 * Their names hold their hashes, so they are cached for ever; the page itself is asked for each time.
 */
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { RadliteError } from "@radlite/model/errors";
import { type Answer, answerFile, guard } from "./serving/respond.ts";

const FOLDER = new URL("./upload-page/", import.meta.url);
const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
};
const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

export const handler = guard(async ({ pathParameters, headers }) => {
  const file = pathParameters?.file;
  if (file !== undefined) return answerAsset(file, headers["accept-encoding"]);
  return {
    statusCode: 200,
    headers: PAGE_HEADERS,
    body: await readFile(new URL("page.html", FOLDER), "utf8"),
  };
});

async function answerAsset(file: string, encodings = ""): Promise<Answer> {
  const type = TYPES[/^[\w-]+\.(\w+)$/.exec(file)?.[1] ?? ""];
  const bytes = type && (await readFile(new URL(file, FOLDER)).catch(() => undefined));
  if (!type || !bytes)
    throw new RadliteError("NOT_FOUND", `There is no file "${file}" behind the page. Reload it.`);
  const vary = { vary: "accept-encoding" };
  if (!/\bgzip\b/.test(encodings)) return answerFile(bytes, type, vary);
  return answerFile(gzipSync(bytes), type, { ...vary, "content-encoding": "gzip" });
}
