/** What fitting and compression stages ask of data and loss, from a data folder's content and a recipe. */
import type { BatchSource, TrainingData } from "../data/index.ts";
import type { Teaching } from "../distillation/teaching.ts";
import { type FitData, weighClasses } from "../fit/batches.ts";
import type { LossOptions } from "../fit/gradients.ts";
import type { Recipe } from "../recipes/index.ts";

/** `teaching` where the batches carry answers of teachers, and hints come with them. */
export function toFitData(
  { validation }: Pick<TrainingData, "validation">,
  source: BatchSource,
  teaching: Teaching | undefined,
): FitData {
  return {
    steps: source.stepsPerEpoch,
    counts: source.counts,
    batch: (teaching ?? source).batch,
    ...(teaching?.hints ? { hints: teaching.hints } : {}),
    validation: { inputs: validation.inputs, labels: validation.labels },
  };
}

/** The loss that a network is fitted with and compression stages go on with. */
export function toLoss({ fit }: Recipe, { counts }: Pick<FitData, "counts">): LossOptions {
  return { classWeights: weighClasses(fit.classWeights, counts), labelSmoothing: fit.labelSmoothing };
}
