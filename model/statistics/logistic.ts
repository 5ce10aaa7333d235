/** From logits to probabilities: the formulas that everything which judges, calibrates or learns goes through. */

/** 1 / (1 + e^-z): the probability of a logit, in [0, 1]. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** What `sigmoid` undoes: ln(p / (1 - p)), minus and plus infinity at 0 and 1. */
export function toLogit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** ln(1 + e^z) = -ln(1 - sigmoid(z)), finite for any z. */
export function softplus(logit: number): number {
  return Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
}
