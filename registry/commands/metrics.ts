/** Figures of a version with their intervals, from the counts that the state keeps of its evaluation. */
import { type Metrics, wilsonInterval } from "@radlite/model/statistics";
import type { Version } from "@radlite/registry/log";

export interface VersionMetrics extends Metrics {
  model: string;
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
  return {
    ...{ model: version.model, set },
    n: positives + negatives,
    accuracy: wilsonInterval(truePositives + trueNegatives, positives + negatives),
    sensitivity: wilsonInterval(truePositives, positives),
    specificity: wilsonInterval(trueNegatives, negatives),
    auc: summary.auc,
    confusion: summary.confusion,
    ece: summary.ece,
    latencyMs: summary.latencyMs,
    threshold: version.operatingPoint.threshold,
    thresholdRule: version.operatingPoint.thresholdRule,
    images: summary.images,
  };
}
