/**
 * Exponential average of the weights over the steps, which generalises better than the last ones
 * (Polyak & Juditsky 1992; Izmailov et al., "Averaging Weights Leads to Wider Optima", UAI 2018).
 * BatchNorm's statistics are not averaged: they are estimated anew for the averaged weights (statistics.ts).
 */

/**
 * average = d average + (1 - d) weights, in place; d grows from 2/11 to `decay`, so that the first
 * values are forgotten soon.
 */
export function updateAverage(
  average: readonly Float32Array[],
  weights: readonly Float32Array[],
  { decay, steps }: { decay: number; steps: number },
): void {
  const d = Math.min(decay, (1 + steps) / (10 + steps));
  average.forEach((values, at) => {
    const current = weights[at]!;
    for (let i = 0; i < values.length; i++) values[i] = d * values[i]! + (1 - d) * current[i]!;
  });
}
