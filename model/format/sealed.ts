/**
 * What is fitted on validation after the weights are frozen, and travels in the sealed section of an artifact:
 * calibration and operating point. No time, run, host or path belongs here: two equal runs seal equal bytes.
 */
export const THRESHOLD_RULES = ["half", "youden", "sensitivity"] as const;

/** `half`: 0.5 · `youden`: maximises sensitivity + specificity - 1 · `sensitivity`: the highest threshold that keeps `target`. */
export type ThresholdRule = { kind: "half" } | { kind: "youden" } | { kind: "sensitivity"; target: number };

export interface Confusion {
  truePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  falsePositives: number;
}

export interface Calibration {
  temperature: number; // probability = sigmoid(logit / temperature); float32
  threshold: number; // on the calibrated probability; PNEUMONIA at or above it; float32
  thresholdRule: ThresholdRule;
  validation: Confusion; // at this threshold, by the engine, on the frozen bytes
  validationAuc: number; // float32
}
