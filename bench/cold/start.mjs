// `npm run bench:cold [-- --against DIR] [--rounds N]`: what the first answer of a cold function costs on S3, in requests
// and in processor time, of this checkout and of another that is built (npm ci, node scripts/build.mjs), by turns.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { build as buildDist, bundleOwnPackages, isBuilt } from "../../scripts/build.mjs";
import { root } from "../../scripts/steps.mjs";
import { keepFolders } from "../../test/torture/bundle.mjs";
import { readArguments } from "../arguments.mjs";

const { values } = readArguments(
  `npm run bench:cold [-- --against DIR] [--rounds N]

Counts what the first answer of a cold function asks of S3, and its processor time.
  --against DIR   another checkout that is built, by turns with this one
  --rounds N      processes each; 15`,
  { options: { against: { type: "string" }, rounds: { type: "string", default: "15" } }, counts: ["rounds"] },
);
process.chdir(root);
if (!isBuilt()) await buildDist();
const outfile = join(root, ".cache", `bench-cold-${process.pid}.mjs`); // inside, to find packages
await build({
  entryPoints: ["bench/cold/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  logLevel: "warning",
  plugins: [bundleOwnPackages, keepFolders],
});
const { main } = await import(outfile);
await rm(outfile);
await main({ against: values.against, rounds: values.rounds });
process.exit(); // connections to the test server would keep it
