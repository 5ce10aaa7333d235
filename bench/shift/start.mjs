// `npm run study:shift`: prints the tables of docs/shift.md from bench/shift/results.jsonl. With
// `-- --data DIR [--variants "A;B"] [--splits bytes,…] [--seeds 1,2]` it trains what is asked for and not yet there first;
// with `--models BUNDLE,…` it judges finished models.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";

const OUT = join(root, ".cache/bench/shift"); // inside the repository, to find its packages
const text = { type: "string" };

const { values } = parseArgs({
  options: { data: text, variants: text, splits: text, seeds: text, models: text },
});
await mkdir(OUT, { recursive: true });
const outfile = join(OUT, `main-${process.pid}.mjs`);
await build({
  entryPoints: ["bench/shift/main.ts"],
  absWorkingDir: root,
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
  packages: "external",
  plugins: [bundleOwnPackages],
});
process.chdir(root);
const { main } = await import(pathToFileURL(outfile).href);
await main({ ...values, trials: join(OUT, "trials") });
