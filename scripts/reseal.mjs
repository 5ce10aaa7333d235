// `node scripts/reseal.mjs BUNDLE --data DIR [--tag KEY=VALUE]...`: judges and seals a bundle folder anew, its parent
// too, on the images that it was trained and tested on; for when calibration or the engine has changed.
import { parseArgs } from "node:util";
import { importSource } from "./source.mjs";

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

const { resealBundle } = await importSource("training/runs/reseal.ts");
for await (const line of resealBundle(folder, values.data, tags)) console.log(line);
