/**
 * Metrics of a classifier at its threshold, always computed from per-case scores: no summary is ever stored
 * in their place, so any two versions can be compared case by case later.
 */
import type { Confusion } from "@radlite/model/format";
import { aucDeLong } from "./auc.ts";
import { calibrationError } from "./calibration-error.ts";
import { countProbabilityClasses } from "./cases.ts";
import type { Estimate } from "./estimate.ts";
import { wilsonInterval } from "./wilson.ts";

export interface Metrics {
  n: number; // cases
  accuracy: Estimate;
  sensitivity: Estimate; // share of PNEUMONIA called PNEUMONIA
  specificity: Estimate; // share of NORMAL called NORMAL
  auc: Estimate;
  confusion: Confusion;
  ece: number; // expected calibration error, 0 to 1
}

/**
 * All figures of one evaluation: Wilson's intervals on the proportions, DeLong's on the AUC.
 * @param probabilities of PNEUMONIA, calibrated, in [0, 1]; PNEUMONIA is called at or above `threshold`.
 * @throws BAD_INPUT that names a class without a case.
 */
export function summariseScores(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): Metrics {
  const confusion = countConfusion(probabilities, labels, threshold);
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion;
  return {
    n: labels.length,
    accuracy: wilsonInterval(truePositives + trueNegatives, labels.length),
    sensitivity: wilsonInterval(truePositives, truePositives + falseNegatives),
    specificity: wilsonInterval(trueNegatives, trueNegatives + falsePositives),
    auc: aucDeLong(probabilities, labels),
    confusion,
    ece: calibrationError(probabilities, labels),
  };
}

/** The four counts at a threshold; arguments and errors as for `summariseScores`. */
export function countConfusion(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): Confusion {
  const { positives, negatives } = countProbabilityClasses(probabilities, labels);
  let truePositives = 0;
  let falsePositives = 0;
  for (let i = 0; i < labels.length; i++) {
    if (probabilities[i]! < threshold) continue;
    if (labels[i] === 1) truePositives++;
    else falsePositives++;
  }
  return {
    truePositives,
    falseNegatives: positives - truePositives,
    trueNegatives: negatives - falsePositives,
    falsePositives,
  };
}
