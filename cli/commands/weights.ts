/** `radlite weights ...`: pretrained weights that others publish, in a local cache. */
import type { Command } from "commander";
import { addFetch } from "./weights/fetch.ts";
import { addList } from "./weights/list.ts";

export function addWeights(program: Command): void {
  const weights = program
    .command("weights")
    .description("fetch the ImageNet weights of published networks")
    .addHelpText("after", "\nExample:\n  radlite weights fetch mobilenet");
  for (const add of [addList, addFetch]) add(weights);
}
