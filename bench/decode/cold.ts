/** One cold process: `node cold.mjs [DECODER.mjs FILE]` makes one tensor of a file and tells what it has cost. */
import { readFileSync } from "node:fs";
import { reportCost } from "../serving/cost.ts";
import type { Decoder } from "./main.ts";
import { RECIPE } from "./recipe.ts";

const [, , decoder, file] = process.argv;
if (decoder && file) {
  const { prepareInput } = (await import(decoder)) as Decoder;
  await prepareInput(readFileSync(file), RECIPE);
}
reportCost();
