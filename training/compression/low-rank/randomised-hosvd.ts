/**
 * Randomised higher-order SVD: each mode's basis comes out of a Gaussian sketch of its unfolding, with power
 * iterations, orthonormalised and cut to the rank; the core follows by contraction. The squared error is at
 * most the sum of the modes' squared projection errors, each bounded as in randomised-svd.ts.
 * Che & Wei, "Randomized Algorithms for the Approximations of Tucker and the Tensor Train Decompositions",
 * Advances in Computational Mathematics 45, 2019.
 */
import type { Ranks } from "./hosvd.ts";
import { type Kernel, unfold } from "./kernel.ts";
import { computeRandomisedSvd, type SketchOptions } from "./randomised-svd.ts";
import type { Bases } from "./tucker.ts";

/** Bases of the modes that `ranks` names; ranks from 1 to the unfolding's smaller side. */
export function computeRandomisedHosvd(kernel: Kernel, ranks: Ranks, options: SketchOptions): Bases {
  const bases: Bases = {};
  for (const mode of ["input", "output"] as const) {
    const rank = ranks[mode];
    if (rank !== undefined) bases[mode] = computeRandomisedSvd(unfold(kernel, mode), rank, options).left;
  }
  return bases;
}
