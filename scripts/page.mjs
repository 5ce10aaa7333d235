// Bundles pages for browsers: scripts split so that what is used later comes later (of the upload page the engine and
// each decoder), names that hold their hashes, and each page.html with those names. Called by scripts/build.mjs.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "./steps.mjs";

const SERVED_AS = "/page/"; // by functions/page.ts
const FRAME = join(root, "console", "shell", "frame.html");
const OFFLINE_PAGE = "console/classify/main.ts";
const WORKER = "console/classify/service-worker.ts";
const SHARED_STYLE = "console/shell/shell.css";

const OPTIONS = {
  bundle: true,
  splitting: true,
  minify: true,
  metafile: true,
  platform: "browser",
  format: "esm",
  target: "es2022",
  charset: "utf8",
  absWorkingDir: root,
  publicPath: SERVED_AS,
  write: false,
  logLevel: "silent",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".jpeg": "file", ".wasm": "file" },
  define: { "process.env.NODE_ENV": '"production"' }, // React is two libraries in one
  // The first is looked for when a network is large, the others by codecs that run in Node: none is ever found.
  external: ["onnxruntime-node", "fs", "path"],
  legalComments: "none",
};

/**
 * A page of its own.
 * @param {import("esbuild")} esbuild
 * @param {string} name of its folder in console/
 * @param {string} folder where handlers look: its files lie in the folder of its name
 * @returns {Promise<{ files: { path: string, contents: Uint8Array }[], metafile: import("esbuild").Metafile }>}
 *   page.html is the last file
 */
export async function bundlePage(esbuild, name, folder) {
  const outdir = join(folder, name);
  const script = await findScript(name);
  const { outputFiles, metafile } = await esbuild.build({ ...OPTIONS, entryPoints: [script], outdir });
  const html = await readFile(join(root, "console", name, "page.html"), "utf8");
  return { files: [...outputFiles, toPage(html, { name, script, metafile, folder })], metafile };
}

/**
 * Pages of the console: one frame around each, one style for all, and scripts that several use once.
 * @param {import("esbuild")} esbuild
 * @param {readonly string[]} names of their folders in console/
 * @param {string} folder their scripts lie in app/, each page.html in the folder of its name
 */
export async function bundleConsole(esbuild, names, folder) {
  const scripts = await Promise.all(names.map(findScript));
  const entryPoints = Object.fromEntries(names.map((name, at) => [name, scripts[at]]));
  const { outputFiles, metafile } = await esbuild.build({
    ...OPTIONS,
    entryPoints: { ...entryPoints, shell: SHARED_STYLE },
    outdir: join(folder, "app"),
  });
  const frame = await readFile(FRAME, "utf8");
  const pages = names.map(async (name, at) => {
    const own = await readFile(join(root, "console", name, "page.html"), "utf8");
    return toPage(putIntoFrame(frame, own), { name, script: scripts[at], metafile, folder });
  });
  const worker = await bundleWorker(esbuild, metafile, folder);
  return { files: [...outputFiles, worker, ...(await Promise.all(pages))], metafile };
}

/** What keeps the upload page for when there is no network: it is told the names of all that the page may load. */
async function bundleWorker(esbuild, metafile, folder) {
  const kept = new Set([findOutput(metafile, OFFLINE_PAGE)[0], findOutput(metafile, SHARED_STYLE)[0]]);
  for (const output of kept) {
    const { imports, cssBundle, inputs } = metafile.outputs[output];
    for (const { path, external } of imports) if (!external) kept.add(path);
    if (cssBundle) kept.add(cssBundle);
    for (const [asset, { inputs: made }] of Object.entries(metafile.outputs))
      if (/\.(wasm|jpeg)$/.test(asset) && Object.keys(made).some((input) => input in inputs)) kept.add(asset);
  }
  const paths = [...kept].map((output) => SERVED_AS + basename(output)).sort();
  const edition = createHash("sha256").update(paths.join()).digest("hex").slice(0, 16);
  const { outputFiles } = await esbuild.build({
    ...OPTIONS,
    entryPoints: [WORKER],
    splitting: false,
    entryNames: "[name]",
    outdir: join(folder, "app"),
    define: { FILES: JSON.stringify(paths), EDITION: JSON.stringify(edition) },
  });
  return outputFiles[0];
}

/** Of the page its title goes into the head, its name to its own link, and the rest under the header. */
function putIntoFrame(frame, own) {
  const [head, body] = own.split("<!-- main -->\n");
  const path = /<!-- page: (\S+) -->\n/.exec(head);
  return frame
    .replace("<!-- head -->\n", head.replace(path[0], ""))
    .replace("<!-- main -->\n", body)
    .replace(`<a href="${path[1]}">`, `<a href="${path[1]}" aria-current="page">`);
}

/** With the names that its files have, and scripts that it needs at once asked for at once. */
function toPage(html, { name, script, metafile, folder }) {
  const [main, { cssBundle, imports }] = findOutput(metafile, script);
  const shared = findOutput(metafile, SHARED_STYLE)?.[0];
  const preloads = imports
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path }) => `<link rel="modulepreload" href="${SERVED_AS}${basename(path)}">\n`);
  const named = html
    .replace(`${SERVED_AS}main.js`, SERVED_AS + basename(main))
    .replace(/<link rel="stylesheet" href="\/page\/main.css">\n/, (link) =>
      cssBundle ? link.replace("main.css", basename(cssBundle)) : "",
    )
    .replace(`${SERVED_AS}shell.css`, SERVED_AS + basename(shared ?? ""))
    .replace("</head>", `${preloads.join("")}</head>`);
  return { path: join(folder, name, "page.html"), contents: new TextEncoder().encode(named) };
}

const findOutput = ({ outputs }, entry) =>
  Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry);

/** TypeScript, with or without elements in it. */
async function findScript(name) {
  const script = `console/${name}/main.tsx`;
  const isThere = await readFile(join(root, script)).then(
    () => true,
    () => false,
  );
  return isThere ? script : `console/${name}/main.ts`;
}
