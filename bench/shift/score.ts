/**
 * What a network makes of radiographs taken otherwise, in two numbers, to choose among networks of one size by.
 * Both classes weigh the same: the share of the ill is another one wherever a network is used.
 */
import { STRESSES, type Stress, type Stressed } from "./stress.ts";

/** Balanced accuracy, 0 to 1, over all changes, the unchanged radiographs left out. */
export function scoreStresses(stressed: Stressed): { mean: number; worst: number } {
  const changes = (Object.keys(STRESSES) as Stress[]).filter((stress) => stress !== "unchanged");
  const balanced = changes.map((stress) => (stressed[stress][0] + stressed[stress][1]) / 2);
  const mean = balanced.reduce((sum, accuracy) => sum + accuracy, 0) / balanced.length;
  return { mean, worst: Math.min(...balanced) };
}
