/**
 * What calibration error is to be expected of probabilities that are perfectly calibrated: a share of few cases is
 * seldom the probability itself, so the error of no finite sample is 0, and one figure means nothing without the other.
 */
import { groupByBin } from "./calibration-error.ts";

/** Outcomes this unlikely are left out at either end: a bin of thousands takes a pass over hundreds. */
const NEGLIGIBLE = 1e-15;

/**
 * The expectation of `calibrationError` where each label is drawn from its own probability, each case by itself: sum
 * over bins of E|sum of p - number of PNEUMONIA| / cases. The number in a bin has the Poisson binomial distribution,
 * which is folded case by case, so that nothing is drawn and the same cases give the same figure.
 *
 * @param probabilities of PNEUMONIA, in [0, 1]
 * @see Hong 2013, Computational Statistics & Data Analysis 59, 41-51, section 2.1, for the distribution.
 */
export function calibrationFloor(probabilities: ArrayLike<number>): number {
  const gaps = groupByBin(probabilities).map(expectedGap);
  return gaps.reduce((sum, gap) => sum + gap, 0) / probabilities.length;
}

/** E|k - sum of p| of the number k of successes, each with its own p. */
function expectedGap(probabilities: readonly number[]): number {
  const mean = probabilities.reduce((sum, p) => sum + p, 0);
  const chances = new Float64Array(probabilities.length + 1); // of k successes among the cases so far
  chances[0] = 1;
  let [low, high] = [0, 0]; // the k whose chances are not negligible
  for (const p of probabilities) {
    high++;
    for (let k = high; k > low; k--) chances[k] = chances[k]! * (1 - p) + chances[k - 1]! * p;
    chances[low]! *= 1 - p;
    while (chances[low]! < NEGLIGIBLE) chances[low++] = 0;
    while (chances[high]! < NEGLIGIBLE) chances[high--] = 0;
  }
  return chances.reduce((sum, chance, k) => sum + chance * Math.abs(k - mean), 0);
}
