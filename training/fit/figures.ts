/** What a training says of itself as the registry keeps it: figures under names with their units, and lines of words. */
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

/** A line for the log of a run; undefined for what comes too often to be worth one. */
export function describeProgress(progress: Progress): string | undefined {
  if (progress.kind === "note") return progress.text;
  if (progress.kind !== "epoch") return undefined;
  const figures = Object.entries(describeFigures(progress)).map(
    ([name, figure]) => `${name} ${Number(figure.toPrecision(6))}`,
  );
  return `epoch ${progress.epoch} of ${progress.epochs}: ${figures.join(", ")}`;
}
