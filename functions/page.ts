/**
 * GET /: the upload page; GET /page/<file>: the scripts and styles of every page and the decoders that this one runs,
 * all from here. Their names hold their hashes, so they are cached for ever; the page itself is asked for each time.
 */
import { readFile } from "node:fs/promises";
import { answerAsset } from "./serving/assets.ts";
import { ANYONE, guard } from "./serving/guard.ts";

const [FOLDER, ...OTHERS] = ["classify", "docs", "graphiql", "sign-in"].map(
  (name) => new URL(`../console/${name}/`, import.meta.url),
) as [URL, ...URL[]];
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

export const handler = guard(ANYONE, async ({ event: { pathParameters, headers } }) => {
  const file = pathParameters?.file;
  if (file !== undefined) return answerAsset([FOLDER, ...OTHERS], file, headers["accept-encoding"]);
  const body = await readFile(new URL("page.html", FOLDER), "utf8");
  return { statusCode: 200, headers: HEADERS, body };
});
