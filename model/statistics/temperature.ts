/**
 * Temperature scaling: one number that makes a network's confidence honest without changing the order of any
 * two cases, and where a prior is named a second one, added to the logit. Fitted on validation, after the weights
 * are frozen.
 */
import { countClasses } from "./cases.ts";
import { sigmoid } from "./logistic.ts";

/** Where the search stops: beyond, sigmoid(logit / T) says nothing but 0, 1 or one half. */
export const TEMPERATURE_LIMITS = { low: 0.05, high: 20 } as const;

/** Of an interval, after which its ends are one double, unless it lies around zero: then 1e-16 apart. */
const HALVINGS = 64;

/** sigmoid((logit + bias) / temperature) */
export interface Scaling {
  temperature: number;
  bias: number; // in the network's own logits
}

/**
 * The T that minimises sum of -ln P(label) with P(PNEUMONIA) = sigmoid(logit / T). The loss is convex in
 * b = 1/T with derivative sum (sigmoid(b·z) - y)·z, so bisection on that derivative's sign finds the minimum.
 * Perfectly separated cases have none and end at the lower limit, misleading logits at the upper one.
 *
 * @param logits one a case: the logit of PNEUMONIA, or of two logits the second minus the first.
 * @param prior the share of PNEUMONIA that cases are weighed to; left out: each counts alike.
 * @returns T as a float32 value, the precision in which it is sealed.
 * @throws BAD_INPUT that names a class without a case.
 * @see Guo et al. 2017, ICML.
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>, prior?: number): number {
  const weights = weighClasses(logits, labels, prior);
  return Math.fround(1 / findInverse((inverse) => slopes(logits, labels, weights, inverse, 0).scale));
}

/**
 * Temperature and bias together, both classes weighed to `prior` (Platt 1999 on weighed cases). The bias says what
 * the network is wrong by for cases of that prior, and nothing of how frequent PNEUMONIA is among these: the loss is
 * the one of as many PNEUMONIA as the prior has. For each temperature the best bias is found by bisection, and the
 * temperature by bisection on the slope that is left.
 * @throws BAD_INPUT that names a class without a case.
 */
export function fitScaling(logits: ArrayLike<number>, labels: ArrayLike<number>, prior: number): Scaling {
  const weights = weighClasses(logits, labels, prior);
  let reach = 0; // of the offset: at either end all cases lie on one side
  for (let i = 0; i < logits.length; i++) reach = Math.max(reach, Math.abs(logits[i]!));
  const offsetAt = (inverse: number): number => {
    const end = inverse * reach + 40;
    return bisect(-end, end, (offset) => slopes(logits, labels, weights, inverse, offset).offset);
  };
  const inverse = findInverse((inverse) => slopes(logits, labels, weights, inverse, offsetAt(inverse)).scale);
  return { temperature: Math.fround(1 / inverse), bias: offsetAt(inverse) / inverse };
}

/** What a case of NORMAL and one of PNEUMONIA counts. */
function weighClasses(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  prior: number | undefined,
): [normal: number, pneumonia: number] {
  const { negatives, positives } = countClasses(logits, labels, "logit");
  return prior === undefined ? [1, 1] : [(1 - prior) / negatives, prior / positives];
}

/** 1/T where the slope is zero, or the limit beyond which it would be. */
function findInverse(slope: (inverse: number) => number): number {
  const low = 1 / TEMPERATURE_LIMITS.high;
  const high = 1 / TEMPERATURE_LIMITS.low;
  if (slope(low) >= 0) return low;
  if (slope(high) <= 0) return high;
  return bisect(low, high, slope);
}

/** Where a rising function passes zero, to the last bit. */
function bisect(low: number, high: number, slope: (at: number) => number): number {
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How the loss of sigmoid(inverse · logit + offset) changes with each of the two. */
function slopes(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: readonly [number, number],
  inverse: number,
  offset: number,
): { scale: number; offset: number } {
  const sum = { scale: 0, offset: 0 };
  for (let i = 0; i < labels.length; i++) {
    const error = weights[labels[i] as 0 | 1] * (sigmoid(inverse * logits[i]! + offset) - labels[i]!);
    sum.scale += error * logits[i]!;
    sum.offset += error;
  }
  return sum;
}
