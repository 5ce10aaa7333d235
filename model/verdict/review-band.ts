/**
 * The review band: the probabilities so close to the threshold that a person should look. It reaches as far to
 * either side in logits, so around a threshold other than one half it is lopsided in probabilities.
 */
import { sigmoid, toLogit } from "@radlite/model/statistics";

/** Probabilities of PNEUMONIA; neither end belongs to the band. */
export type ReviewBand = readonly [low: number, high: number];

/**
 * sigmoid(logit(threshold) ∓ halfWidth). Around a threshold of 0 or 1, which calls every picture the same, nothing.
 * @param halfWidth logits, as sealed
 */
export function surroundThreshold(threshold: number, halfWidth: number): ReviewBand {
  const centre = toLogit(threshold);
  return [sigmoid(centre - halfWidth), sigmoid(centre + halfWidth)];
}

/** Whether a picture goes to review. A case at an end of the band is answered. */
export function isInBand(probability: number, [low, high]: ReviewBand): boolean {
  return probability > low && probability < high;
}
