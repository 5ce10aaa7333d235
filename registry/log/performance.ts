/**
 * How a version did on what nothing was fitted to: its figures on the sets of role TEST, for a pointer to carry, so
 * that whoever answers with the version can say them without a look at the log.
 */
import { type Estimate, estimateRepeated } from "@radlite/model/statistics";
import { STANDARD_SETS } from "@radlite/registry/bundle";
import type { EvaluationSummary, Model, Version } from "./state.ts";

/** On one set, with 95% intervals; `n` counts its cases. */
export interface Performance {
  n: number;
  sensitivity: Estimate;
  specificity: Estimate;
  auc: Estimate;
}

/** The newest evaluation of a version on each set of role TEST, by the names of the sets. */
export function listTestEvaluations({ sets }: Model, { evaluations }: Version): EvaluationSummary[] {
  const isTest = (name: string): boolean =>
    (sets.get(name) ?? STANDARD_SETS.find((set) => set.name === name))?.role === "TEST";
  return [...evaluations.values()].filter(({ set }) => isTest(set));
}

/** By the names of the test sets. */
export const listPerformance = (model: Model, version: Version): Record<string, Performance> =>
  Object.fromEntries(listTestEvaluations(model, version).map((test) => [test.set, performanceOf(test)]));

export function performanceOf({ confusion, changed, auc }: EvaluationSummary): Performance {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion;
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const estimate = (right: number, of: number) => estimateRepeated(right, of, changed?.count ?? 1);
  return {
    n: positives + negatives,
    sensitivity: estimate(truePositives, positives),
    specificity: estimate(trueNegatives, negatives),
    auc,
  };
}
