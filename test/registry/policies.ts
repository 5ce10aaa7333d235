/** Policies for tests: rules as a test would say them aloud. */
import type { Policy, PolicyBound, PolicyFigure } from "@radlite/registry/log";

/** `minimums`: each by its figure, all on one set and held against one end of the interval. */
export function policyOn(
  set: string,
  minimums: Partial<Record<PolicyFigure, number>>,
  { bound = "low", maxAucDrop = 0.01 }: { bound?: PolicyBound; maxAucDrop?: number } = {},
): Policy {
  const rules = Object.entries(minimums).map(([figure, min]) => ({
    ...{ set, figure: figure as PolicyFigure, bound, min },
  }));
  return { rules, maxAucDrop, dropOn: set };
}

/** What the default asks on `validation`, for versions that were judged on nothing else. */
export const VALIDATION_POLICY = policyOn("validation", { sensitivity: 0.9, specificity: 0.6, auc: 0.95 });

/** No minimum at all. */
export const ANYTHING = policyOn("validation", {}, { maxAucDrop: 1 });
