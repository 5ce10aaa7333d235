/**
 * Figures of a version with their intervals, from the counts that the state keeps of its evaluation. Where a set's
 * radiographs were changed in several ways the figures are over all changes, and their intervals as wide as the
 * radiographs allow: a radiograph changed in eleven ways is one radiograph.
 */
import { type Estimate, estimateRepeated, type Metrics, wilsonInterval } from "@radlite/model/statistics";
import type { Share, Version } from "@radlite/registry/log";

export interface VersionMetrics extends Metrics {
  /** The mean of sensitivity and specificity, and of the ends of their intervals. */
  balancedAccuracy: Estimate;
  /** Under the change that costs most of it; without changes, sensitivity. */
  lowestSensitivity: Estimate;
  lowestSpecificity: Estimate;
  /** How many changes each radiograph is judged under; absent for radiographs as they are. */
  changes?: number;
  /** Digest of the list of these changes. */
  changeList?: string;
  model: string;
  /** Of the version in the model. */
  number: number;
  /** Name of the evaluation set. */
  set: string;
  /** Median of one inference. */
  latencyMs: number;
  /** The sealed one, at which sensitivity and specificity hold. */
  threshold: number;
  thresholdRule: string;
  /** Digest of the sorted image hashes. */
  images: string;
}

/** Wilson's intervals on the proportions, the AUC as recorded; undefined when it was not evaluated on that set. */
export function metricsOf(version: Version, set: string): VersionMetrics | undefined {
  const summary = version.evaluations.get(set);
  if (!summary || !version.operatingPoint) return undefined;
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = summary.confusion;
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const { changed } = summary;
  const estimate = (right: number, of: number) => estimateRepeated(right, of, changed?.count ?? 1);
  const sensitivity = estimate(truePositives, positives);
  const specificity = estimate(trueNegatives, negatives);
  return {
    ...{
      model: version.model,
      number: version.number,
      set,
      ...(changed && { changes: changed.count, changeList: changed.changes }),
    },
    n: positives + negatives,
    accuracy: estimate(truePositives + trueNegatives, positives + negatives),
    sensitivity,
    specificity,
    balancedAccuracy: meanOf(sensitivity, specificity),
    lowestSensitivity: changed ? toEstimate(changed.lowestSensitivity) : sensitivity,
    lowestSpecificity: changed ? toEstimate(changed.lowestSpecificity) : specificity,
    auc: summary.auc,
    confusion: summary.confusion,
    ece: summary.ece,
    latencyMs: summary.latencyMs,
    threshold: version.operatingPoint.threshold,
    thresholdRule: version.operatingPoint.thresholdRule,
    images: summary.images,
  };
}

/** What two figures must have been measured on to be held against each other: the same images, changed alike. */
export const sampleOf = ({ images, changeList }: Pick<VersionMetrics, "images" | "changeList">): string =>
  changeList === undefined ? images : `${images} ${changeList}`;

const toEstimate = ({ right, of }: Share): Estimate => wilsonInterval(right, of);

const meanOf = (a: Estimate, b: Estimate): Estimate => ({
  value: (a.value + b.value) / 2,
  low: (a.low + b.low) / 2,
  high: (a.high + b.high) / 2,
});
