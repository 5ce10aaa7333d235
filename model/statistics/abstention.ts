/**
 * Risk against coverage: how the error falls where a network may leave the cases that it is least sure of to a person.
 * Sure is what lies far from the threshold in logits, where the scale is even.
 */
import type { Estimate } from "./estimate.ts";
import { toLogit } from "./logistic.ts";
import { wilsonInterval } from "./wilson.ts";

/** Shares of the cases that are answered, as reports print them. */
export const COVERAGES = [1, 0.95, 0.9, 0.8] as const;

export interface SurestError {
  /** The share that was asked for. */
  coverage: number;
  /** Cases that are answered, one at least. */
  n: number;
  error: Estimate;
}

/**
 * The error of the round(coverage·n) surest cases, for each of `COVERAGES`, with Wilson's interval. Of cases as sure
 * the wrong ones count as the surer, so that no order of the file flatters.
 * @param probabilities of PNEUMONIA, in [0, 1]; PNEUMONIA is called at or above `threshold`
 */
export function errorBySureness(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): SurestError[] {
  const centre = toLogit(threshold);
  const judged = Array.from(labels, (label, at) => ({
    isWrong: probabilities[at]! >= threshold !== (label === 1),
    distance: Math.abs(toLogit(probabilities[at]!) - centre),
  }));
  judged.sort((a, b) => compare(b.distance, a.distance) || Number(b.isWrong) - Number(a.isWrong));
  return COVERAGES.map((coverage) => {
    const n = Math.max(1, Math.round(coverage * judged.length));
    const wrong = judged.slice(0, n).filter(({ isWrong }) => isWrong).length;
    return { coverage, n, error: wilsonInterval(wrong, n) };
  });
}

/** Infinite distances are equal, though their difference is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
