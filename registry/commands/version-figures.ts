/**
 * One figure of a version on one set, as lists and fronts want it for very many versions: the point estimate of
 * `metricsOf` to the last bit, without the intervals. Undefined where the version was not evaluated on the set.
 */
import type { EvaluationSummary, Version } from "@radlite/registry/log";

export const VERSION_FIGURES = [
  "accuracy",
  "sensitivity",
  "specificity",
  "auc",
  "balancedAccuracy",
  "lowestSensitivity",
  "lowestSpecificity",
  "latencyMs",
] as const;

export type VersionFigure = (typeof VERSION_FIGURES)[number];

export function figureOf(version: Version, set: string, figure: VersionFigure): number | undefined {
  const summary = version.evaluations.get(set);
  if (!summary || !version.operatingPoint) return undefined;
  switch (figure) {
    case "accuracy": {
      const { truePositives, falseNegatives, trueNegatives, falsePositives } = summary.confusion;
      const right = truePositives + trueNegatives;
      return right / (right + falseNegatives + falsePositives);
    }
    case "sensitivity":
      return sensitivityOf(summary);
    case "specificity":
      return specificityOf(summary);
    case "auc":
      return summary.auc.value;
    case "balancedAccuracy":
      return (sensitivityOf(summary) + specificityOf(summary)) / 2;
    case "lowestSensitivity":
      return share(summary.changed?.lowestSensitivity) ?? sensitivityOf(summary);
    case "lowestSpecificity":
      return share(summary.changed?.lowestSpecificity) ?? specificityOf(summary);
    case "latencyMs":
      return summary.latencyMs;
    default:
      return figure satisfies never;
  }
}

function sensitivityOf({ confusion: { truePositives, falseNegatives } }: EvaluationSummary): number {
  return truePositives / (truePositives + falseNegatives);
}

function specificityOf({ confusion: { trueNegatives, falsePositives } }: EvaluationSummary): number {
  return trueNegatives / (trueNegatives + falsePositives);
}

function share(of: { right: number; of: number } | undefined): number | undefined {
  return of && of.right / of.of;
}
