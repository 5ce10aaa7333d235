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

/**
 * Which pictures go to a person: those whose probability lies closer to the threshold than the band reaches. The
 * threshold need not be one half, so closeness is measured in logits, where the scale is even.
 */
export interface Review {
  coverage: number; // the promised share of pictures that are answered, above 0 and below 1; three decimals
  halfWidth: number; // logits of the calibrated probability, either way from the threshold's; a multiple of 1/64
}

export interface Calibration {
  temperature: number; // probability = sigmoid(logit / temperature); float32
  threshold: number; // on the calibrated probability; PNEUMONIA at or above it; float32
  thresholdRule: ThresholdRule;
  validation: Confusion; // at this threshold, by the engine, on the frozen bytes
  validationAuc: number; // float32
  review?: Review; // absent: every picture is answered, as in all files from before there was a band
}
