/**
 * The tables of the study from its results: what was set aside against each property, at a probability of one
 * half or at the threshold of a rule, and what networks make of radiographs taken otherwise.
 */
import { number, printTable, printTitle } from "../serving/report.ts";
import type { Result, Study } from "./results.ts";
import { SPLITS } from "./store.ts";
import { tabulateModels, tabulateTrials } from "./stress-tables.ts";
import type { Split } from "./trial.ts";

export function printStudy({ trials: results, models }: Study): void {
  const single = results.filter(({ rule }) => rule === undefined);
  printTitle("AUC on the part that was set aside (in brackets: its NORMAL against ordinary PNEUMONIA)");
  printTable(
    tabulate(
      single,
      ({ variant }) => variant,
      (own) =>
        `${describeAuc(own, ({ judged }) => judged.auc)} (${describeAuc(own, ({ normals }) => normals)})`,
    ),
  );
  printTitle("Specificity / sensitivity there at one half, in percent");
  printTable(tabulate(single, ({ variant }) => variant, describeErrors));
  const several = single.filter(({ variant }) =>
    single.some((other) => other.variant === variant && other.seed > 1),
  );
  if (several.length > 0) {
    printTitle("AUC, specificity / sensitivity there of each seed, where there are several");
    printTable(
      tabulate(
        several,
        ({ variant, seed }) => `${variant}: ${seed}`,
        (own) => `${describeAuc(own, ({ judged }) => judged.auc)}, ${describeErrors(own)}`,
      ),
    );
  }
  for (const split of SPLITS) {
    const own = single.filter((result) => result.split === split);
    if (own.length === 0) continue;
    printTitle(`Balanced accuracy and errors on ordinary validation, changed; set aside before: ${split}`);
    printTable(tabulateTrials(own));
  }
  printTitle("The same of finished models");
  printTable(tabulateModels(models));
  printTitle("Threshold rules, chosen on ordinary validation: specificity / sensitivity, in percent");
  const ruled = results.filter(({ variant, rule }) => rule !== undefined || variant === "base");
  printTable(tabulate(ruled, ({ variant, rule = "half" }) => `${variant}: ${rule}`, describeErrors));
}

/** A line for each name in its first order, a column for each split; several seeds go into `show` together. */
function tabulate(
  results: readonly Result[],
  nameOf: (result: Result) => string,
  show: (own: Result[]) => string,
): string[][] {
  const splits = SPLITS.filter((split) => results.some((result) => result.split === split));
  const names = [...new Set(results.map(nameOf))];
  const cell = (name: string, split: Split) => {
    const own = results.filter((result) => result.split === split && nameOf(result) === name);
    return own.length > 0 ? show(own) : "-";
  };
  return [["", ...splits], ...names.map((name) => [name, ...splits.map((split) => cell(name, split))])];
}

function describeAuc(own: Result[], pick: (result: Result) => number): string {
  return number(mean(own, pick), 3);
}

function describeErrors(own: Result[]): string {
  const percent = (pick: (result: Result) => number) => number(100 * mean(own, pick));
  return `${percent(({ judged }) => judged.specificity)} / ${percent(({ judged }) => judged.sensitivity)}`;
}

function mean(own: Result[], pick: (result: Result) => number): number {
  return own.reduce((sum, result) => sum + pick(result), 0) / own.length;
}
