/**
 * Temperature scaling: one number that makes a network's confidence honest without changing the order of any
 * two cases. Fitted on validation, after the weights are frozen.
 */
import { countClasses } from "./cases.ts";
import { sigmoid } from "./logistic.ts";

/** Where the search stops: beyond, sigmoid(logit / T) says nothing but 0, 1 or one half. */
export const TEMPERATURE_LIMITS = { low: 0.05, high: 20 } as const;

/**
 * The T that minimises sum of -ln P(label) with P(PNEUMONIA) = sigmoid(logit / T). The loss is convex in
 * b = 1/T with derivative sum (sigmoid(b·z) - y)·z, so bisection on that derivative's sign finds the minimum.
 * Perfectly separated cases have none and end at the lower limit, misleading logits at the upper one.
 *
 * @param logits one a case: the logit of PNEUMONIA, or of two logits the second minus the first.
 * @returns T as a float32 value, the precision in which it is sealed.
 * @throws BAD_INPUT that names a class without a case.
 * @see Guo et al. 2017, ICML.
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  countClasses(logits, labels, "logit");
  let low = 1 / TEMPERATURE_LIMITS.high;
  let high = 1 / TEMPERATURE_LIMITS.low;
  if (lossSlope(low, logits, labels) >= 0) return Math.fround(TEMPERATURE_LIMITS.high);
  if (lossSlope(high, logits, labels) <= 0) return Math.fround(TEMPERATURE_LIMITS.low);
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return Math.fround(1 / middle); // no double lies between
    if (lossSlope(middle, logits, labels) < 0) low = middle;
    else high = middle;
  }
}

function lossSlope(inverse: number, logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  let slope = 0;
  for (let i = 0; i < labels.length; i++) {
    slope += (sigmoid(inverse * logits[i]!) - labels[i]!) * logits[i]!;
  }
  return slope;
}
