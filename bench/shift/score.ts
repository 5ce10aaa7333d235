/**
 * What a network makes of radiographs taken otherwise, in three numbers, to choose among networks of one size by.
 * Both classes weigh the same: the share of the ill is another one wherever a network is used.
 */
import { STRESSES, type Stress, type Stressed } from "./stress.ts";

/** The changes of the picture's shape, which is what the test images differ in most. */
const SHAPES = ["width-x-0-8", "width-x-1-25", "size-x-0-8", "size-x-1-25"] as const satisfies Stress[];

export interface StressScore {
  /** Balanced accuracy, 0 to 1, over all changes, the unchanged radiographs left out. */
  mean: number;
  /** The same over the changes of shape alone. */
  shape: number;
  /** The lowest specificity or sensitivity under any change of shape: a mean hides what one class pays for the other. */
  worst: number;
}

export function scoreStresses(stressed: Stressed): StressScore {
  const changes = (Object.keys(STRESSES) as Stress[]).filter((stress) => stress !== "unchanged");
  const balance = (stresses: readonly Stress[]) =>
    stresses.reduce((sum, stress) => sum + stressed[stress][0] + stressed[stress][1], 0) /
    (2 * stresses.length);
  return {
    mean: balance(changes),
    shape: balance(SHAPES),
    worst: Math.min(...SHAPES.flatMap((stress) => stressed[stress])),
  };
}
