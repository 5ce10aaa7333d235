/** What is worth its cost: the versions that no other beats in both. */
import type { Estimated } from "../shell/words.ts";
import type { ListedVersion } from "./queries.ts";

export const COSTS = {
  bytes: "Bytes",
  macs: "Multiply-accumulates",
  ms: "Milliseconds of inference",
} as const;
export const WORTHS = { auc: "AUC", accuracy: "Accuracy", specificity: "Specificity" } as const;

export type Cost = keyof typeof COSTS;
export type Worth = keyof typeof WORTHS;

export interface FrontPoint {
  id: string;
  cost: number;
  worth: Estimated;
  onFront: boolean;
}

/** By cost, the smallest first. Versions without the figure are left out. */
export function findFront(versions: readonly ListedVersion[], cost: Cost, worth: Worth): FrontPoint[] {
  const points = versions.flatMap(({ id, sizeBytes, macs, metrics }) => {
    const spent = { bytes: sizeBytes, macs, ms: metrics?.latencyMs }[cost];
    return metrics && typeof spent === "number" ? [{ id, cost: spent, worth: metrics[worth] }] : [];
  });
  points.sort((one, other) => one.cost - other.cost || other.worth.value - one.worth.value);
  let best = Number.NEGATIVE_INFINITY;
  return points.map((point) => {
    const onFront = point.worth.value > best;
    if (onFront) best = point.worth.value;
    return { ...point, onFront };
  });
}
