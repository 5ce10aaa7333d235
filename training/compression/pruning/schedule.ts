/**
 * How much is pruned when, on the way from nothing to all that is asked for: fast at first, while weights can be
 * spared, and ever more slowly. Zhu & Gupta, "To prune, or not to prune", ICLR 2018 workshop, equation 1:
 *   s_t = s_f (1 - (1 - t / n)^3)
 */

/** The share at `step` of `steps`, from 0 up to `final`; `final` from then on, and at once where there are no steps. */
export function computeSparsity(step: number, { final, steps }: { final: number; steps: number }): number {
  if (step >= steps) return final;
  return final * (1 - (1 - step / steps) ** 3);
}
