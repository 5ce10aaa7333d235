// `npm run study:shift`: prints the tables of docs/shift.md from bench/shift/results.jsonl. With
// `-- --data DIR [--variants "A;B"] [--splits bytes,…] [--seeds 1,2]` it trains what is asked for and not yet there first;
// with `--models BUNDLE,…` it judges finished models.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";

const text = { type: "string" };

const { values } = parseArgs({
  options: { data: text, variants: text, splits: text, seeds: text, models: text },
});
process.chdir(root);
const { main } = await importSource("bench/shift/main.ts");
await main({ ...values, trials: join(root, ".cache/bench/shift/trials") });
