/** `radlite gate ...`: what tells pictures of the kind that a data set's networks know from others: fit one, judge one. */
import type { Command } from "commander";
import { addFit } from "./gate/fit.ts";
import { addReport } from "./gate/report.ts";

export function addGate(program: Command): void {
  const gate = program
    .command("gate")
    .description("fit what refuses pictures that are none of a data set's kind, and try it")
    .addHelpText(
      "after",
      '\nExample:\n  radlite gate fit --data chest_xray --out gate.rlg --population "children"',
    );
  for (const add of [addFit, addReport]) add(gate);
}
