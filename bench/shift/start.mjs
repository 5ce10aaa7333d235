// `npm run study:shift`: prints the tables of docs/shift.md from bench/shift/results.jsonl. With
// `-- --data DIR [--variants "A;B"] [--splits bytes,…] [--seeds 1,2]` it trains what is asked for and not yet there first;
// with `--models BUNDLE,…` it judges finished models.
import { join } from "node:path";
import { importSource } from "../../scripts/source.mjs";
import { root } from "../../scripts/steps.mjs";
import { readArguments } from "../arguments.mjs";

const text = { type: "string" };

const { values } = readArguments(
  `npm run study:shift [-- --data DIR [--variants "A;B"] [--splits bytes,…] [--seeds 1,2] [--models BUNDLE,…]]

Prints the tables of docs/shift.md from what was measured.
  --data DIR        trains what is asked for and not yet there first
  --variants "A;B"  of these ways of preparing radiographs
  --splits A,B      by these ways of splitting validation off
  --seeds 1,2       from these seeds; 1
  --models A,B      judges these bundles, in place of training`,
  { options: { data: text, variants: text, splits: text, seeds: text, models: text } },
);
process.chdir(root);
const { main } = await importSource("bench/shift/main.ts");
await main({ ...values, trials: join(root, ".cache/bench/shift/trials") });
