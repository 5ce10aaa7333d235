// `npm run bench:score [-- --data DIR]`: how near `radlite score` comes to what decoding alone allows, on the
// radiographs of DIR or on copies of one of full size. A minute on an idle machine, two at most.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { build as buildDist } from "../../scripts/build.mjs";
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const { values } = readArguments(
  `npm run bench:score [-- --data DIR]

Holds radlite score beside processes that decode and nothing else, by turns; two minutes at most.
  --data DIR   on its radiographs, in place of copies of one of full size`,
  { options: { data: { type: "string" } } },
);
const OUT = join(root, ".cache/bench/score"); // inside the repository, to find its packages
await buildDist();
await mkdir(OUT, { recursive: true });
await build({
  entryPoints: [join(root, "bench/score/decode.ts")],
  outfile: join(OUT, "decode.mjs"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["sharp"],
});
await writeFile(join(OUT, "package.json"), '{ "type": "module" }\n');
const folder = values.data && resolve(values.data);
process.chdir(root);
const { main } = await importSource("bench/score/main.ts");
await main({ program: join(OUT, "decode.mjs"), folder });
