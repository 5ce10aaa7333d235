// `npm run bench:registry -- --versions N [--mlflow]`: bundles what is measured, and what is started anew, and runs it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { bundleOwnPackages } from "../../scripts/build.mjs";
import { MLFLOW_PYTHON, provideMlflow } from "../../scripts/mlflow.mjs";
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";

const OUT = join(root, ".cache/bench/registry"); // inside the repository, to find its packages
await mkdir(OUT, { recursive: true });
const opening = join(OUT, `opening-${process.pid}.mjs`);
await build({
  entryPoints: [join(root, "bench/registry/opening.ts")],
  outfile: opening,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  plugins: [bundleOwnPackages],
});
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
const { benchRegistry } = await importSource("bench/registry/command.ts");
const providing = async () => {
  await provideMlflow();
  return MLFLOW_PYTHON;
};
process.chdir(root);
const code = await benchRegistry(process.argv.slice(2), { opening, provideMlflow: providing });
await rm(opening);
process.exit(code);
