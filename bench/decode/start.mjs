// `npm run bench:decode [-- RADIOGRAPH.jpeg]`: bundles what is measured and runs it. What a cold process loads is
// bundled as the classify function is: sharp's native library stays outside, the decoder's WebAssembly lies beside.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const OUT = join(root, ".cache/bench/decode"); // inside the repository, to find its packages
const DECODERS = ["sharp", "wasm"];

const { positionals } = readArguments(
  `npm run bench:decode [-- RADIOGRAPH.jpeg]

Times decoders of JPEG, warm and in cold processes, on RADIOGRAPH or on one of the repository.`,
  { most: 1 },
);
await mkdir(OUT, { recursive: true });
await build({
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  minify: true,
  logLevel: "warning",
  absWorkingDir: root,
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  external: ["onnxruntime-node"],
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module";const require = makeRequire(import.meta.url);',
  },
  entryPoints: Object.fromEntries(
    ["main", "cold", ...DECODERS].map((name) => [name, `bench/decode/${name}.ts`]),
  ),
});
const { resolve: find } = createRequire(import.meta.url);
await copyFile(find("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"), join(OUT, "mozjpeg_dec.wasm"));
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
process.chdir(root);
const { main } = await import(pathToFileURL(join(OUT, "main.mjs")).href);
await main({ programs: OUT, radiograph: positionals[0] && resolve(positionals[0]) });
