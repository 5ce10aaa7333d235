// `npm run bench:training [-- --rounds N]`: bundles what is measured and runs it beside Keras, in the environment
// that scripts/keras.mjs provides.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { build as buildProduct, bundleOwnPackages } from "../../scripts/build.mjs";
import { KERAS_PYTHON, provideKeras } from "../../scripts/keras.mjs";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const OUT = join(root, ".cache/bench/training"); // inside the repository, to find its packages

const { values } = readArguments(
  `npm run bench:training [-- --rounds N]

Times steps of training beside Keras, which it installs into .cache/venv-keras.
  --rounds N   7`,
  { options: { rounds: { type: "string", default: "7" } }, counts: ["rounds"] },
);
await provideKeras();
await mkdir(OUT, { recursive: true });
await buildProduct(); // the thread that makes batches lies in dist/
await build({
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  outdir: OUT,
  logLevel: "warning",
  absWorkingDir: root,
  packages: "external",
  plugins: [bundleOwnPackages],
  outExtension: { ".js": ".mjs" },
  entryPoints: { main: "bench/training/main.ts", radlite: "bench/training/radlite.ts" },
});
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
process.chdir(root);
const { main } = await import(pathToFileURL(join(OUT, "main.mjs")).href);
await main({ programs: OUT, python: KERAS_PYTHON, rounds: values.rounds });
