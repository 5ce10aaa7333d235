/** What fitting and compression stages ask of data and loss, from a data folder's content and a recipe. */
import { type BatchSource, countShowings, type PixelSet, type TrainingData } from "../data/index.ts";
import type { Teaching } from "../distillation/teaching.ts";
import { type FitData, weighClasses } from "../fit/batches.ts";
import type { LossOptions } from "../fit/gradients.ts";
import { formRobustGroups } from "../fit/robust.ts";
import type { GroupsRecipe, Recipe } from "../recipes/index.ts";

/**
 * `teaching` where the batches carry answers of teachers, and hints come with them; `train` where the recipe may ask
 * for a group-robust loss.
 */
export function toFitData(
  { validation }: Pick<TrainingData, "validation">,
  source: BatchSource,
  teaching: Teaching | undefined,
  { train, groups }: { train?: PixelSet; groups?: Recipe["groups"] } = {},
): FitData {
  const robust = train && groups?.robust && findRobustGroups(train, groups);
  return {
    steps: source.stepsPerEpoch,
    counts: source.counts,
    batch: (teaching ?? source).batch,
    ...(teaching?.hints ? { hints: teaching.hints } : {}),
    ...(robust ? { robust } : {}),
    validation: { inputs: validation.inputs, labels: validation.labels },
  };
}

function findRobustGroups({ groups: looks, labels }: PixelSet, { balance, robust }: GroupsRecipe) {
  const showings = balance && countShowings(looks!, labels, balance);
  return formRobustGroups(looks!, labels, { step: robust!.step, ...(showings ? { showings } : {}) });
}

/** The loss that a network is fitted with and compression stages go on with. */
export function toLoss({ fit }: Recipe, { counts }: Pick<FitData, "counts">): LossOptions {
  return { classWeights: weighClasses(fit.classWeights, counts), labelSmoothing: fit.labelSmoothing };
}
