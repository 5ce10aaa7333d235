// `node scripts/stress.mjs BUNDLE... --data DIR [--looks]`: judges finished bundles on the evaluation set `stress`, or
// on `looks`, and writes what came of it into each; for bundles from before there was such a set, and after its changes
// have changed.
import { parseArgs } from "node:util";
import { importSource } from "./source.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: "string" }, looks: { type: "boolean" } },
});
if (positionals.length === 0 || !values.data) {
  console.error("usage: node scripts/stress.mjs BUNDLE... --data DIR [--looks]");
  process.exit(2);
}
const { stressBundles } = await importSource("training/runs/stress.ts");
for await (const line of stressBundles(positionals, values.data, { looks: values.looks })) console.log(line);
