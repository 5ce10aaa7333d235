/**
 * The learning rate of a step: linear warm-up from zero, then half a cosine down to zero.
 * Loshchilov & Hutter, "SGDR", ICLR 2017 (one cycle, no restart).
 */
export interface Schedule {
  /** The highest rate, at the end of the warm-up. */
  rate: number;
  warmupSteps: number;
  totalSteps: number;
}

/** `step` counts from 0; the last step, totalSteps - 1, still moves. */
export function computeRate(step: number, { rate, warmupSteps, totalSteps }: Schedule): number {
  if (step < warmupSteps) return (rate * (step + 1)) / (warmupSteps + 1);
  const progress = (step - warmupSteps) / Math.max(totalSteps - warmupSteps, 1);
  return (rate * (1 + Math.cos(Math.PI * progress))) / 2;
}
