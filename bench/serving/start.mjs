// `npm run bench:serving [-- RADIOGRAPH.jpeg]`: bundles what is measured and runs it. Everything a cold process
// loads is bundled and minified, as it would be shipped; native packages stay outside.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const OUT = join(root, ".cache/bench/serving"); // inside the repository, to find its packages
const HERE = "bench/serving";
const PEERS = ["radlite", "onnxruntime-node", "onnxruntime-web", "tfjs-wasm", "tfjs-node"];
/** What packages written for CommonJS expect to find. */
const COMMON_JS = [
  'import { createRequire as makeRequire } from "node:module";',
  'import { dirname as directoryOf } from "node:path";',
  'import { fileURLToPath as pathOf } from "node:url";',
  "const require = makeRequire(import.meta.url);",
  "const __filename = pathOf(import.meta.url);",
  "const __dirname = directoryOf(__filename);",
].join("\n");

const shared = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  outdir: OUT,
  logLevel: "warning",
  absWorkingDir: root,
  plugins: [bundleOwnPackages],
  outExtension: { ".js": ".mjs" },
  banner: { js: COMMON_JS },
};
const { positionals } = readArguments(
  `npm run bench:serving [-- RADIOGRAPH.jpeg]

Times the engine beside ONNX Runtime and TensorFlow.js, warm and cold, on RADIOGRAPH or on one of the repository; four
minutes.`,
  { most: 1 },
);
await mkdir(OUT, { recursive: true });
await build({ ...shared, packages: "external", entryPoints: { main: `${HERE}/main.ts` } });
const cold = Object.fromEntries(PEERS.map((peer) => [`peer-${peer}`, `${HERE}/peers/${peer}.ts`]));
const shipped = {
  ...shared,
  minify: true,
  external: [
    ...["onnxruntime-node", "onnxruntime-web", "@tensorflow/tfjs-node"],
    "*/onnxruntime/engine.ts", // Radlite's second engine: loaded on demand, no part of the small function
  ],
};
await build({
  ...shipped,
  entryPoints: { ...cold, cold: `${HERE}/cold.ts`, process: `${HERE}/process.ts` },
});
// Resize and engine share the kernels, as they do in the function.
await build({
  ...shipped,
  splitting: true,
  outdir: join(OUT, "radiograph"),
  entryPoints: {
    cold: `${HERE}/cold-radiograph.ts`,
    ...Object.fromEntries(Object.entries(cold).filter(([name]) => /radlite|onnxruntime-node/.test(name))),
  },
});
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
const radiograph = positionals[0] && resolve(positionals[0]);
process.chdir(root);
const { main } = await import(pathToFileURL(join(OUT, "main.mjs")).href);
await main({ programs: OUT, radiograph });
