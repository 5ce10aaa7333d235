/** Rows of a front as people read them. */

import type { Spread } from "@radlite/model/statistics";
import type { Front, FrontCost, FrontRow } from "@radlite/registry/commands";
import { formatCount, formatPercent, formatTable } from "./output.ts";

type Field = keyof FrontRow["figures"];

/** The version, or of several the recipe. */
export function nameRow({ judged, recipe }: FrontRow): string {
  return judged.length === 1 ? judged[0]!.version.id : recipe;
}

export function describeStages({ stageNames }: { stageNames: readonly string[] }): string {
  return stageNames.join(", ") || "float";
}

/** `93.2% ± 0.4`, `0.9812 ± 0.0021`, `12,408`: a mean, and of several values their deviation. */
export function formatSpread({ mean, deviation = 0 }: Spread, field: Field): string {
  const format = FORMATS[field];
  return deviation === 0 ? format(mean) : `${format(mean)} ± ${format(deviation).replace("%", "")}`;
}

const FORMATS: Record<Field, (value: number) => string> = {
  bytes: (value) => formatCount(Math.round(value)),
  macs: (value) => formatCount(Math.round(value)),
  ms: (value) => value.toFixed(2),
  accuracy: formatPercent,
  sensitivity: formatPercent,
  specificity: formatPercent,
  auc: (value) => value.toFixed(4),
};

const HEADINGS: Record<FrontCost, string> = { bytes: "bytes", macs: "MACs", ms: "ms" };

/** `rows` of the front, the cost that it is by first; the last column says what a row is unbeaten in. */
export function formatFront({ by }: Pick<Front, "by">, rows: readonly FrontRow[]): string {
  const costs = [by, ...(["bytes", "macs", "ms"] as const).filter((cost) => cost !== by)];
  const worths = ["accuracy", "sensitivity", "specificity", "auc"] as const;
  const headings = ["version", "recipe", "stages", "seeds", ...costs.map((cost) => HEADINGS[cost])];
  return formatTable([
    [...headings, "accuracy", "sensitivity", "specificity", "AUC", "unbeaten in"],
    ...rows.map((row) => [
      ...[nameRow(row), row.recipe, describeStages(row), String(row.judged.length)],
      ...[...costs, ...worths].map((field) => formatSpread(row.figures[field], field)),
      describeFront(row),
    ]),
  ]);
}

function describeFront({ onFront }: FrontRow): string {
  return [...(onFront.accuracy ? ["accuracy"] : []), ...(onFront.auc ? ["AUC"] : [])].join(", ");
}
