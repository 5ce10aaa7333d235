/**
 * GET /: the upload page, one HTML file without external resources. It posts the chosen file to /classify and
 * shows what comes back, so it knows nothing that a caller with curl would not.
 */
import { readFile } from "node:fs/promises";
import { guard } from "./serving/respond.ts";

const SECURITY = {
  "content-security-policy":
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

let page: Promise<string> | undefined;

export const handler = guard(async () => {
  page ??= readFile(new URL("./page.html", import.meta.url), "utf8");
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache", ...SECURITY };
  return { statusCode: 200, headers, body: await page };
});
