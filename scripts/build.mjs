// Bundles what runs into dist/: the command line, the handlers of the functions and the thread that decodes for them,
// the pages, the process and the thread that a training starts, and the thread that reads DICOM. About a second.
// Files are renamed into place, entries after the chunks they name, and chunks that none names any more stay for a
// day: a training that began hours ago still finds those it has yet to load. One build at a time.
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { oneAtATime } from "./one-at-a-time.mjs";
import { bundleConsole, bundlePage } from "./page.mjs";
import { root } from "./steps.mjs";

const DIST = join(root, "dist");
const CHUNKS = join(DIST, "chunks");
const CONSOLE = join(DIST, "console");
/** Pages of the console, in one frame; functions/page.ts says under which addresses. */
const CONSOLE_PAGES = ["classify", "models", "compare", "versions", "production", "runs", "run"];
const OTHER_PAGES = ["docs", "graphiql", "sign-in"];
/** What the DICOM thread loads when it is needed, by the name under which it looks for it. */
const CODECS = {
  charls: "@cornerstonejs/codec-charls/decodewasm",
  openjpeg: "@cornerstonejs/codec-openjpeg/decodewasm",
  mozjpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
};
const STAMP = join(DIST, "built"); // dated when the last build began
const KEPT_MS = 24 * 3600e3; // longer than a training on one machine
const SOURCES = [
  "model",
  "training",
  "registry",
  "functions",
  "cli",
  "console",
  "scripts/build.mjs",
  "scripts/page.mjs",
  "openapi.json",
  "package-lock.json",
];

/** Whether no source is newer than dist/. */
export function isBuilt() {
  if (!existsSync(STAMP)) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  return SOURCES.every((path) => !isNewer(join(root, path), builtMs));
}

function isNewer(path, thanMs) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs > thanMs;
  return readdirSync(path).some((name) => name !== "node_modules" && isNewer(join(path, name), thanMs));
}

/** Throws what esbuild found wrong, file and line in the message. */
export async function build() {
  await oneAtATime("building dist", bundleAll);
}

async function bundleAll() {
  const began = new Date();
  const esbuild = await import("esbuild");
  const shared = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    absWorkingDir: root,
    outdir: DIST,
    outExtension: { ".js": ".mjs" },
    write: false,
    logLevel: "silent",
    keepNames: true, // class names reach the GraphQL schema
  };
  // Runs beside node_modules: packages stay outside, and a command loads only the chunks it needs.
  const buildLocal = (entryPoints) =>
    esbuild.build({
      ...shared,
      entryPoints,
      splitting: true,
      chunkNames: "chunks/[name]-[hash]",
      packages: "external",
      plugins: [bundleOwnPackages, shareGraphql],
    });
  const local = buildLocal({
    "cli/main": "cli/main.ts",
    "training/child": "training/runs/child.ts",
    "training/batch-worker": "training/data/batch-worker.ts",
  });
  // By itself: together with a command it would share the command's chunks, and load schemas and YAML that it does not
  // ask for. What a thread has loaded is looked through each time that decoded pictures are collected.
  const thread = buildLocal({ "cli/score-thread": "cli/score/thread.ts" });
  // Runs on AWS too, where nothing else is: all inside but native code. Sharp's JavaScript lies in 70 files, which
  // take 50 ms of a cold start to find and read; its library is found from here as from there (ADR 502).
  const banner = {
    js: 'import { createRequire as makeRequire } from "node:module";const require = makeRequire(import.meta.url);',
  };
  const handlers = esbuild.build({
    ...shared,
    banner,
    entryPoints: {
      ...Object.fromEntries(listHandlers().map((name) => [`functions/${name}`, `functions/${name}.ts`])),
      "functions/decoding-thread": "functions/threads/prepare-input.ts",
    },
    external: ["onnxruntime-node", "class-validator"], // the last is never loaded: the commands validate
    plugins: [loadGraphqlOnce],
  });
  // For both, so that no handler begins with the codecs in it.
  const dicom = esbuild.build({
    ...shared,
    banner,
    entryPoints: { "model/dicom-thread": "model/input/node/dicom-thread.ts" },
    define: { __dirname: '"."' }, // codecs look beside themselves for what they are given
  });
  const pages = [
    bundleConsole(esbuild, CONSOLE_PAGES, CONSOLE),
    ...OTHER_PAGES.map((name) => bundlePage(esbuild, name, CONSOLE)),
  ];
  const bundles = await Promise.all([local, thread, handlers, dicom]);
  await writeFiles([
    ...bundles.flatMap(({ outputFiles }) => outputFiles),
    ...(await listCodecs()),
    ...(await Promise.all(pages)).flatMap(({ files }) => files),
  ]);
  await writeWhole(STAMP, "", began);
}

/** A handler is a file of its own at the top of functions/. */
function listHandlers() {
  return readdirSync(join(root, "functions"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length));
}

const { resolve } = createRequire(join(root, "package.json"));

function listCodecs() {
  return Promise.all(
    Object.entries(CODECS).map(async ([name, file]) => ({
      path: join(DIST, "model", `${name}.wasm`),
      contents: await readFile(resolve(file)),
    })),
  );
}

/** `packages: "external"` would leave our own workspaces outside too, as TypeScript that Node cannot run. */
export const bundleOwnPackages = {
  name: "bundle-own-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^@radlite\// }, ({ path }) => ({ path: resolve(path) }));
  },
};

/** Where Node finds packages, one of them asks for a copy of graphql that is not the others': it comes inside. */
const shareGraphql = {
  name: "share-graphql",
  setup({ onResolve }) {
    const inside = join(root, "node_modules/graphql-query-complexity/dist/esm/index.js");
    onResolve({ filter: /^graphql-query-complexity$/ }, () => ({ path: inside }));
    onResolve({ filter: /^graphql\/.*\.mjs$/ }, ({ path }) => ({
      path: path === "graphql/index.mjs" ? "graphql" : path.replace(/\.mjs$/, ".js"),
      external: true,
    }));
  },
};

/** Some packages import graphql, others require it, and it works as a single copy only: the required one. */
const loadGraphqlOnce = {
  name: "load-graphql-once",
  setup({ onResolve }) {
    onResolve({ filter: /^graphql(\/|$)/ }, ({ path }) => ({ path: resolve(path.replace(/\.mjs$/, ".js")) }));
  },
};

async function writeFiles(files) {
  const isChunk = ({ path }) => path.startsWith(CHUNKS) || path.startsWith(CONSOLE);
  for (const file of [...files.filter(isChunk), ...files.filter((one) => !isChunk(one))]) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeWhole(file.path, file.contents);
  }
  const current = new Set(files.map(({ path }) => path));
  for (const name of await readdir(CONSOLE)) await removeLeftovers(join(CONSOLE, name), current, 0); // all is deployed
  await removeLeftovers(CHUNKS, current, KEPT_MS);
}

/** Each build writes its files anew, so a file is dated when it was last current. */
async function removeLeftovers(folder, current, keptMs) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!current.has(path) && Date.now() - statSync(path).mtimeMs >= keptMs) await rm(path);
  }
}

async function writeWhole(path, contents, date) {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  if (date) await utimes(draft, date, date);
  await rename(draft, path);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await build();
  } catch (error) {
    console.error(`Building dist/ failed. ${error.message}`);
    process.exit(1);
  }
}
