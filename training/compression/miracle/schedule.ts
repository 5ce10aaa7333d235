/**
 * The weight beta of a block's KL in the loss, which holds the KL at its budget: it grows by a small share at
 * every step in which the KL is over the budget, and shrinks by the same share otherwise.
 */
export const FIRST_BETA = 1e-8;

/** As large as a beta gets to be on mean losses over some thousand images. */
const USUAL_BETA = 1e-3;
const GROWTH_SHARE = 0.4;
const MOST_GROWTH = 0.1;

/** In place; `kl` and `budget` in nats. */
export function updateBetas(
  betas: Float64Array,
  kl: ArrayLike<number>,
  { budget, growth }: { budget: number; growth: number },
): void {
  for (let block = 0; block < betas.length; block++) {
    if (kl[block]! > budget) betas[block]! *= 1 + growth;
    else betas[block]! /= 1 + growth;
  }
}

/** The share by which beta comes from its first value to a usual one in 40% of `steps`. */
export function chooseGrowth(steps: number): number {
  const growth = (USUAL_BETA / FIRST_BETA) ** (1 / (GROWTH_SHARE * steps)) - 1;
  return Math.min(growth, MOST_GROWTH);
}
