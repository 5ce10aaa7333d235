/**
 * AdamW over plain arrays: the optimiser's state is data, so a checkpoint is a copy of it and a step is the
 * same on every backend. Kingma & Ba, "Adam", ICLR 2015, with decoupled weight decay by Loshchilov & Hutter,
 * ICLR 2019:
 *   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2
 *   w -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e) + rate * decay * w
 */
const FIRST_MOMENT = 0.9;
const SECOND_MOMENT = 0.999;
const TINY = 1e-8;

export interface OptimiserState {
  steps: number;
  first: Float32Array[];
  second: Float32Array[];
}

export interface OptimiserOptions {
  rate: number;
  /** For each tensor, 0 where it must not decay. */
  decay: readonly number[];
  /** The share of the rate that each tensor gets; absent: all of it. */
  shares?: readonly number[];
}

export function startOptimiser(weights: readonly Float32Array[]): OptimiserState {
  const zeros = () => weights.map(({ length }) => new Float32Array(length));
  return { steps: 0, first: zeros(), second: zeros() };
}

/** Moves `weights` and `state` in place. An absent gradient leaves its tensor alone. */
export function applyGradients(
  weights: readonly Float32Array[],
  gradients: readonly (Float32Array | undefined)[],
  state: OptimiserState,
  { rate: full, decay, shares }: OptimiserOptions,
): void {
  state.steps++;
  gradients.forEach((gradient, at) => {
    if (!gradient) return;
    const rate = full * (shares?.[at] ?? 1);
    const moments = { first: state.first[at]!, second: state.second[at]!, steps: state.steps };
    moveWeights(weights[at]!, gradient, moments, { rate, decay: decay[at]! });
  });
}

/** A function of its own, with what is the same for all weights taken out of the loop: a third of the time. */
function moveWeights(
  w: Float32Array,
  gradient: Float32Array,
  { first, second, steps }: { first: Float32Array; second: Float32Array; steps: number },
  { rate, decay }: { rate: number; decay: number },
): void {
  const step = rate / (1 - FIRST_MOMENT ** steps);
  const spread = 1 / Math.sqrt(1 - SECOND_MOMENT ** steps);
  const keep = 1 - rate * decay;
  for (let i = 0; i < w.length; i++) {
    const g = gradient[i]!;
    const m = FIRST_MOMENT * first[i]! + (1 - FIRST_MOMENT) * g;
    const v = SECOND_MOMENT * second[i]! + (1 - SECOND_MOMENT) * g * g;
    first[i] = m;
    second[i] = v;
    w[i] = keep * w[i]! - (step * m) / (Math.sqrt(v) * spread + TINY);
  }
}
