/** `radlite data ...`: the radiographs that a training reads: fetch a public collection, check a folder. */
import type { Command } from "commander";
import { addCheck } from "./data/check.ts";
import { addFetch } from "./data/fetch.ts";

export function addData(program: Command): void {
  const data = program
    .command("data")
    .description("fetch public collections of radiographs, check a folder of them")
    .addHelpText("after", "\nExample:\n  radlite data fetch chest-xray --out chest_xray");
  for (const add of [addFetch, addCheck]) add(data);
}
