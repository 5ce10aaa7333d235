// Bundles pages for browsers: scripts split so that what is used later comes later (of the upload page the engine and
// each decoder), names that hold their hashes, and each page.html with those names: one head for all, the header of the
// console's pages, and what console/pages.json and a page's own page.html say. Called by scripts/build.mjs.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "./steps.mjs";

/** By the folders of pages in console/. */
const PAGES = JSON.parse(readFileSync(join(root, "console", "pages.json"), "utf8"));
const SERVED_AS = "/page/"; // by functions/page.ts
const OFFLINE_PAGE = "console/classify/main.ts";
const APP = "console/app/main.tsx";
const CHARTS = "console/charts/engine.ts";
const WORKER = "console/classify/service-worker.ts";
const SHARED_STYLE = "console/shell/shell.css";

/** No browser has it: what an engine is chosen by is told so at once, and no export to ONNX comes along. */
const leaveOutOnnxruntime = {
  name: "leave-out-onnxruntime",
  setup({ onLoad }) {
    onLoad({ filter: /\/model\/engine\/onnxruntime\/engine\.ts$/ }, () => ({
      contents: "export const findOnnxRuntime = async () => undefined;",
    }));
  },
};

/**
 * WebAssembly that lies in a script as hexadecimal digits comes as files of its own, a half as large and never read as a
 * script: each constant of that script is the bytes of one, which are there before anything that imports it runs.
 */
const unpackWasm = {
  name: "unpack-wasm",
  setup({ onLoad, onResolve }) {
    const digitsOf = new Map();
    onResolve({ filter: /^kernels-\w+\.wasm$/ }, ({ path }) => ({ path, namespace: "kernels" }));
    onLoad({ filter: /./, namespace: "kernels" }, ({ path }) => ({
      contents: Buffer.from(digitsOf.get(path), "hex"),
      loader: "file",
    }));
    onLoad({ filter: /\/model\/kernels\/binaries\.ts$/ }, async ({ path }) => {
      const found = [...(await readFile(path, "utf8")).matchAll(/export const (\w+) =\s+"([0-9a-f]+)"/g)];
      const lines = found.map(([, name, digits]) => {
        const file = `kernels-${name.toLowerCase()}.wasm`;
        digitsOf.set(file, digits);
        return `import ${name}_AT from "${file}";`;
      });
      const names = found.map(([, name]) => name);
      const fetched = names.map((name) => `fetch(${name}_AT).then((answer) => answer.arrayBuffer())`);
      return {
        contents: `${lines.join("\n")}
export const [${names.join(", ")}] = (await Promise.all([${fetched.join(", ")}])).map((bytes) => new Uint8Array(bytes));`,
      };
    });
  },
};

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
  external: ["fs", "path"], // looked for by codecs that run in Node, and never found
  legalComments: "none",
  plugins: [leaveOutOnnxruntime, unpackWasm],
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
  const script = `console/${name}/main.ts`;
  const { outputFiles, metafile } = await esbuild.build({ ...OPTIONS, entryPoints: [script], outdir });
  const html = await writeHtml(name);
  return { files: [...outputFiles, toPage(html, { name, script, metafile, folder })], metafile };
}

/**
 * Pages of the console: the upload page with a script of its own, since it is to be there at once on a bad line, and the
 * others with one for all of them.
 * @param {import("esbuild")} esbuild
 * @param {readonly string[]} names of their folders in console/
 * @param {string} folder their scripts lie in app/, each page.html in the folder of its name
 */
export async function bundleConsole(esbuild, names, folder) {
  const entryPoints = { classify: OFFLINE_PAGE, app: APP };
  const { outputFiles, metafile } = await esbuild.build({
    ...OPTIONS,
    entryPoints: { ...entryPoints, shell: SHARED_STYLE },
    outdir: join(folder, "app"),
  });
  const pages = names.map(async (name) => {
    const script = name === "classify" ? OFFLINE_PAGE : APP;
    return toPage(await writeHtml(name), { name, script, metafile, folder });
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

/**
 * A page as it is without its files' names. One that has a link in the header has the header; one that says what it shows
 * has that above it, any other one its own page.html.
 */
async function writeHtml(name) {
  const { link, title, lead } = PAGES[name];
  const full = lead === undefined ? title : `${title} · Radlite`;
  const frame = (await readConsole("shell/frame.html")).replace("TITLE", full);
  const header = link === undefined ? "" : markLink(await readConsole("shell/header.html"), link);
  const main =
    lead === undefined
      ? await readConsole(`${name}/page.html`)
      : (await readConsole("shell/main.html"))
          .replaceAll("NAME", name)
          .replace("TITLE", title)
          .replace("LEAD", lead);
  return frame.replace("<!-- header -->\n", header).replace("<!-- main -->\n", main);
}

/** A script with all that it needs at once, so that a browser asks for these together. */
function listNeeded(metafile, output) {
  const needed = new Set([output]);
  for (const file of needed) {
    for (const { path, kind } of metafile.outputs[file].imports)
      if (kind === "import-statement") needed.add(path);
  }
  return [...needed];
}

const readConsole = (file) => readFile(join(root, "console", file), "utf8");

const markLink = (header, link) =>
  header.replace(`<a href="${link}">`, `<a href="${link}" aria-current="page">`);

/** With the names that its files have, and scripts that it needs at once asked for at once. */
function toPage(html, { name, script, metafile, folder }) {
  const [main, { cssBundle }] = findOutput(metafile, script);
  const shared = findOutput(metafile, SHARED_STYLE)?.[0];
  const charts = PAGES[name].hasCharts ? listNeeded(metafile, findEngine(metafile)) : [];
  const needed = new Set([...listNeeded(metafile, main), ...charts]);
  needed.delete(main);
  const preloads = [...needed].map(
    (path) => `<link rel="modulepreload" href="${SERVED_AS}${basename(path)}">\n`,
  );
  const named = html
    .replace(`${SERVED_AS}main.js`, SERVED_AS + basename(main))
    .replace(/<link rel="stylesheet" href="\/page\/(main|shell).css">\n/g, (link, which) => {
      const file = which === "main" ? cssBundle : shared;
      return file ? link.replace(`${which}.css`, basename(file)) : "";
    })
    .replace("</head>", `${preloads.join("")}</head>`);
  return { path: join(folder, name, "page.html"), contents: new TextEncoder().encode(named) };
}

/** Loaded later by whoever shows a chart, so it is a part of no script. */
const findEngine = ({ outputs }) => Object.keys(outputs).find((output) => CHARTS in outputs[output].inputs);

const findOutput = ({ outputs }, entry) =>
  Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry);
