// `node scripts/reseal.mjs BUNDLE --data DIR [--tag KEY=VALUE]...`: judges and seals a bundle folder anew, its parent
// too, on the images that it was trained and tested on; for when calibration or the engine has changed.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundleOwnPackages } from "./build.mjs";
import { root } from "./steps.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: "string" }, tag: { type: "string", multiple: true, default: [] } },
});
const [folder] = positionals;
if (!folder || !values.data) {
  console.error("usage: node scripts/reseal.mjs BUNDLE --data DIR [--tag KEY=VALUE]...");
  process.exit(2);
}
const tags = Object.fromEntries(values.tag.map((tag) => tag.split(/=(.*)/s).slice(0, 2)));

const outfile = join(root, ".cache", `reseal-${process.pid}.mjs`); // inside the repository, to find its packages
await mkdir(join(root, ".cache"), { recursive: true });
try {
  await build({
    ...{ entryPoints: [join(root, "training/reseal.ts")], outfile, bundle: true },
    ...{ platform: "node", format: "esm", target: "node20", logLevel: "warning" },
    ...{ packages: "external", plugins: [bundleOwnPackages] },
  });
  const { resealBundle } = await import(pathToFileURL(outfile).href);
  for await (const line of resealBundle(folder, values.data, tags)) console.log(line);
} finally {
  await rm(outfile, { force: true });
}
