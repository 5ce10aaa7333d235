// `npm run bench:binary [-- RECIPE…]`: bundles what is measured and runs it.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";

const OUT = join(root, ".cache/bench/binary"); // inside the repository, to find its packages

await mkdir(OUT, { recursive: true });
await build({
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  outdir: OUT,
  logLevel: "warning",
  absWorkingDir: root,
  plugins: [bundleOwnPackages],
  outExtension: { ".js": ".mjs" },
  packages: "external",
  entryPoints: { main: "bench/binary/main.ts" },
});
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
const { main } = await import(pathToFileURL(join(OUT, "main.mjs")).href);
await main(process.argv.slice(2));
