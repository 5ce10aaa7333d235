/** An epoch as the registry keeps it: figures under names with their units. */
import type { Progress } from "./progress.ts";

export function describeFigures({
  loss,
  accuracy,
  seconds,
  validation,
}: Extract<Progress, { kind: "epoch" }>): Record<string, number> {
  return {
    trainingLoss: loss,
    trainingAccuracy: accuracy,
    validationLoss: validation.loss,
    validationAuc: validation.auc,
    validationAccuracy: validation.accuracy,
    validationSensitivity: validation.sensitivity,
    validationSpecificity: validation.specificity,
    durationMs: Math.round(1000 * seconds),
  };
}
