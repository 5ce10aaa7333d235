/**
 * The pages of the console, each under its address, GET /page/<file>: the scripts and styles of every page and the
 * decoders that they run, and GET /service-worker.js, which has to lie beside the page; all from here. Names of files
 * hold their hashes, so they are cached for ever; a page itself is asked for each time. Nothing on a page is anybody's
 * secret: what it shows it asks for in its reader's name.
 */
import { readFile } from "node:fs/promises";
import { answerAsset } from "./serving/assets.ts";
import { ANYONE, guard } from "./serving/guard.ts";
import { markSignIn } from "./serving/pages.ts";

const inConsole = (name: string) => new URL(`../console/${name}/`, import.meta.url);

/** By route: the folder of its page. */
const PAGES: Readonly<Record<string, string>> = {
  "GET /": "classify",
  "GET /models": "models",
  "GET /models/compare": "compare",
  "GET /versions/{version}": "versions",
  "GET /production": "production",
  "GET /runs": "runs",
  "GET /runs/{run}": "run",
};
const FOLDERS = ["app", "classify", "docs", "graphiql", "sign-in"].map(inConsole);
const WORKER = "service-worker.js";
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

export const handler = guard(ANYONE, async ({ event: { routeKey, pathParameters, headers }, actor }) => {
  const file = pathParameters?.file;
  // Its name holds no hash: it would be cached for ever.
  const folders = file === WORKER ? [] : FOLDERS;
  if (file !== undefined) return answerAsset(folders, file, headers["accept-encoding"]);
  if (routeKey === `GET /${WORKER}`) {
    const script = await answerAsset(FOLDERS, WORKER, headers["accept-encoding"]);
    return { ...script, headers: { ...script.headers, "cache-control": "no-cache" } };
  }
  const page = await readFile(new URL("page.html", inConsole(PAGES[routeKey]!)), "utf8");
  // Whoever opens a page brings no credential: whether it takes one to be somebody, the page knows from here.
  const body = actor ? page : markSignIn(page);
  return { statusCode: 200, headers: HEADERS, body };
});
