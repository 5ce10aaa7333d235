/** `radlite stages`: the compression stages that a recipe can name, and the papers that they are from. */
import type { Command } from "commander";
import { printJson, printPage } from "../show/output.ts";

export function addStages(program: Command): void {
  program
    .command("stages")
    .description("list the compression stages that a recipe can name, each with the paper that it is from")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite stages")
    .action(listStages);
}

interface ListedStage {
  name: string;
  does: string;
  keys: string[];
  renumbers: boolean;
  isLossless: boolean;
  paper: string;
}

async function listStages({ json }: { json?: boolean }): Promise<void> {
  const { STAGE_KINDS } = await import("@radlite/training/recipes");
  const stages = Object.entries(STAGE_KINDS).map(
    ([name, kind]): ListedStage => ({
      name,
      does: kind.does,
      keys: Object.keys(kind.section.shape).filter((key) => key !== "name"),
      renumbers: kind.renumbers ?? false,
      isLossless: kind.isLossless ?? false,
      paper: kind.paper,
    }),
  );
  if (json) {
    printJson({ stages });
    return;
  }
  printPage(stages.map(describe).join("\n"));
}

function describe({ name, does, keys, paper, ...traits }: ListedStage): string {
  const lines = [
    does,
    ...(traits.isLossless ? ["changes no value: needs no radiographs, and stands last"] : []),
    ...(traits.renumbers ? ["layers have other numbers after it"] : []),
    ...(keys.length > 0 ? [`keys: ${keys.join(", ")}`] : []),
    paper,
  ];
  return lines.map((line, at) => `${(at === 0 ? name : "").padEnd(10)}${line}`).join("\n");
}
