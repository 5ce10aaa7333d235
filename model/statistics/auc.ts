/**
 * Area under the ROC curve: the probability that a random PNEUMONIA case scores above a random NORMAL one,
 * ties counting one half (the Mann-Whitney statistic), with DeLong's interval. Ranks make it O(n log n).
 */
import { countClasses } from "./cases.ts";
import { type Estimate, NORMAL_QUANTILE_975 } from "./estimate.ts";
import { scoreInterval } from "./wilson.ts";

/**
 * AUC with DeLong's 95% interval, clipped to [0, 1]. With X the m positive and Y the n negative scores,
 * variance = var_i(P(X_i > Y))/m + var_j(P(X > Y_j))/n, both sample variances taken from midranks.
 *
 * That variance is 0 when the classes are perfectly separated and undefined for a class of one case; neither
 * is certainty, so Wilson's interval over the smaller class (its cases are the ones that could disagree)
 * stands in: 30 + 30 perfectly ranked cases give 0.886 to 1.
 *
 * @param scores any finite numbers that grow with the suspicion of PNEUMONIA.
 * @param labels 1 = PNEUMONIA, 0 = NORMAL, one a score.
 * @throws BAD_INPUT that names a class without a case.
 * @see DeLong et al. 1988, Biometrics 44, 837-845; midrank form: Sun & Xu 2014, IEEE SPL 21, 1389-1393.
 */
export function aucDeLong(scores: ArrayLike<number>, labels: ArrayLike<number>): Estimate {
  const { negatives: n, positives: m } = countClasses(scores, labels, "score");
  const positive = new Float64Array(m);
  const negative = new Float64Array(n);
  for (let i = 0, p = 0, q = 0; i < labels.length; i++) {
    if (labels[i] === 1) positive[p++] = scores[i]!;
    else negative[q++] = scores[i]!;
  }
  const [sortedPositive, sortedNegative] = [positive.slice().sort(), negative.slice().sort()];
  const above = positive.map((score) => rankIn(sortedNegative, score) / n); // P(X_i > Y)
  const below = negative.map((score) => 1 - rankIn(sortedPositive, score) / m); // P(X > Y_j)
  const value = mean(above);
  const deviation = Math.sqrt(sampleVariance(above) / m + sampleVariance(below) / n);
  if (!(deviation > 0)) return scoreInterval(value, Math.min(m, n));
  return {
    value,
    low: Math.max(0, value - NORMAL_QUANTILE_975 * deviation),
    high: Math.min(1, value + NORMAL_QUANTILE_975 * deviation),
  };
}

/** How many of the sorted values are below this one, equal ones counting one half: what midranks come down to. */
function rankIn(sorted: Float64Array, value: number): number {
  return (countBefore(sorted, (one) => one < value) + countBefore(sorted, (one) => one <= value)) / 2;
}

/** @param isBefore true up to some place, and false from there on. */
function countBefore(sorted: Float64Array, isBefore: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** With n - 1 in the denominator: NaN for a single value. */
function sampleVariance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
