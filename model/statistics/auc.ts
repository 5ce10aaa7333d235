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
  const pooled = new Float64Array(m + n);
  pooled.set(positive);
  pooled.set(negative, m);
  const pooledRanks = midranks(pooled);
  const positiveRanks = midranks(positive);
  const negativeRanks = midranks(negative);

  const above = positive.map((_, i) => (pooledRanks[i]! - positiveRanks[i]!) / n); // P(X_i > Y)
  const below = negative.map((_, j) => 1 - (pooledRanks[m + j]! - negativeRanks[j]!) / m); // P(X > Y_j)
  const value = mean(above);
  const deviation = Math.sqrt(sampleVariance(above) / m + sampleVariance(below) / n);
  if (!(deviation > 0)) return scoreInterval(value, Math.min(m, n));
  return {
    value,
    low: Math.max(0, value - NORMAL_QUANTILE_975 * deviation),
    high: Math.min(1, value + NORMAL_QUANTILE_975 * deviation),
  };
}

/** Rank of each value, from 1; equal values share the mean of their ranks. */
function midranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) ranks[order[k]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** With n - 1 in the denominator: NaN for a single value. */
function sampleVariance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
