/**
 * The tables of the study from its results: what was set aside against each property, at a probability of one
 * half or at the threshold of a rule.
 */
import { number, printTable, printTitle } from "../serving/report.ts";
import type { Result, Study } from "./results.ts";
import { STRESSES, type Stress } from "./stress.ts";
import type { Split } from "./trial.ts";

const SPLITS: readonly Split[] = ["patients", "bytes", "sharpness", "contrast", "exposure", "stretch"];

export function printStudy({ trials: results, models }: Study): void {
  const single = results.filter(({ rule }) => rule === undefined);
  printTitle("AUC on the part that was set aside (in brackets: its NORMAL against ordinary PNEUMONIA)");
  printTable(
    tabulate(
      single,
      ({ variant }) => variant,
      (own) =>
        `${number(
          mean(own, ({ judged }) => judged.auc),
          3,
        )} (${number(
          mean(own, ({ normals }) => normals),
          3,
        )})`,
    ),
  );
  printTitle("Specificity / sensitivity there at one half, in percent");
  printTable(tabulate(single, ({ variant }) => variant, describeErrors));
  printTitle("Specificity / sensitivity on ordinary validation, changed, in percent");
  printTable(tabulateStresses(single));
  printTitle("The same of finished models");
  printTable(tabulateStresses(models.map(({ model, stressed }) => ({ variant: model, stressed }))));
  printTitle("Threshold rules, chosen on ordinary validation: specificity / sensitivity, in percent");
  const ruled = results.filter(({ variant, rule }) => rule !== undefined || variant === "base");
  printTable(tabulate(ruled, ({ variant, rule = "half" }) => `${variant}: ${rule}`, describeErrors));
}

/** A line a variant, a column a change; over all splits and seeds of it. */
function tabulateStresses(results: readonly Pick<Result, "variant" | "stressed">[]): string[][] {
  const own = results.filter(({ stressed }) => stressed !== undefined);
  const names = [...new Set(own.map(({ variant }) => variant))];
  const cell = (name: string, stress: Stress) => {
    const pairs = own.filter(({ variant }) => variant === name).map(({ stressed }) => stressed![stress]);
    return [0, 1]
      .map((at) => number((100 * pairs.reduce((sum, pair) => sum + pair[at]!, 0)) / pairs.length, 0))
      .join(" / ");
  };
  const stresses = Object.keys(STRESSES) as Stress[];
  return [["", ...stresses], ...names.map((name) => [name, ...stresses.map((stress) => cell(name, stress))])];
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

function describeErrors(own: Result[]): string {
  const percent = (pick: (result: Result) => number) => number(100 * mean(own, pick));
  return `${percent(({ judged }) => judged.specificity)} / ${percent(({ judged }) => judged.sensitivity)}`;
}

function mean(own: Result[], pick: (result: Result) => number): number {
  return own.reduce((sum, result) => sum + pick(result), 0) / own.length;
}
