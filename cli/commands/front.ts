/**
 * `radlite front [--model M] [--on SET] [--by bytes|macs|ms] [--by-recipe] [--all] [--shipped] [--svg FILE] [--json]`: the
 * Pareto front of the registered versions, what they cost against accuracy and AUC.
 */
import type { Front, FrontCost, FrontRow } from "@radlite/registry/commands";
import { type Command, Option } from "commander";
import { requireWritable, writeNamedFile } from "../files.ts";
import { openLocalRegistry, storeAddress } from "../local-registry.ts";
import { setOption } from "../set-option.ts";
import { print, printJson, printPage } from "../show/output.ts";
import { openShipped } from "./registry/results.ts";

interface FrontOptions {
  model?: string;
  on: string;
  by: FrontCost;
  byRecipe?: boolean;
  all?: boolean;
  shipped?: boolean;
  svg?: string;
  json?: boolean;
}

export function addFront(program: Command): void {
  program
    .command("front")
    .description("show the versions that nothing else beats in cost and accuracy or AUC")
    .option("--model <name>", "only the versions of this model")
    .addOption(setOption())
    .addOption(
      new Option("--by <cost>", "size of the file, multiplications, or the median time of an inference")
        .choices(["bytes", "macs", "ms"])
        .default("bytes"),
    )
    .option("--by-recipe", "versions of a recipe with several seeds as one row: mean ± deviation")
    .option("--shipped", "of the models that come with Radlite, whatever the registry holds")
    .option("--all", "show the other versions too")
    .option("--svg <file>", "draw all versions and the front there")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite front --on test --by-recipe --svg front.svg")
    .action(showFront);
}

async function showFront({ all = false, shipped, svg, json, ...input }: FrontOptions): Promise<void> {
  const { readFront } = await import("@radlite/registry/commands");
  await requireWritable(svg);
  const front = await readFront(await (shipped ? openShipped() : openLocalRegistry("read")), input);
  if (svg !== undefined) {
    const { drawFront } = await import("../show/charts/front-chart.ts");
    await writeNamedFile(svg, drawFront(front));
  }
  const isUnbeaten = ({ onFront }: FrontRow) => onFront.accuracy || onFront.auc;
  const rows = all ? front.rows : front.rows.filter(isUnbeaten);
  if (json) printJson(describeFront({ ...front, rows }));
  else if (rows.length === 0) {
    print(
      `no version at ${storeAddress()} was judged on ${front.on}: --shipped shows the models that come along, npx radlite registry seed registers them`,
    );
  } else await printFront(front, rows);
}

async function printFront(front: Front, rows: readonly FrontRow[]): Promise<void> {
  const { formatFront } = await import("../show/front-table.ts");
  const [row] = front.rows[0]!.judged;
  const count = front.rows.reduce((sum, { judged }) => sum + judged.length, 0);
  printPage(`${formatFront(front, rows)}

${rows.length} of ${front.rows.length} rows, ${count} versions, on the ${row!.metrics.n} radiographs of ${front.on}`);
  const left = front.leftOut.map(({ id }) => id).join(", ");
  if (left !== "") print(`judged on other radiographs and left out: ${left}`);
}

/** Versions by their ids, with the figures of each. */
function describeFront({ rows, leftOut, ...front }: Front) {
  return {
    ...front,
    rows: rows.map(({ judged, ...row }) => ({
      ...row,
      versions: judged.map(({ version, seed, metrics }) => ({ id: version.id, seed, metrics })),
    })),
    leftOut: leftOut.map(({ id }) => id),
  };
}
