/**
 * Higher-order SVD of the two channel modes. A mode's basis holds the leading left singular vectors of its
 * unfolding; truncated to ranks r, the squared error is at most the sum over the modes of the squared singular
 * values left out, and so the error at most sqrt(modes) times the best one of these ranks (property 10).
 * De Lathauwer, De Moor & Vandewalle, "A Multilinear Singular Value Decomposition", SIAM J. Matrix Anal. Appl.
 * 21(4), 2000. Vectors and squared values are those of A A^T, which has only the channels' size; they lose
 * what is below 1e-8 of the largest, less than float32 weights hold.
 */
import { EigenvalueDecomposition, type Matrix } from "ml-matrix";
import { type Kernel, type Mode, unfold } from "./kernel.ts";
import { takeColumns } from "./svd.ts";
import type { Bases } from "./tucker.ts";

/** One mode, all of it. */
export interface ModeSpectrum {
  basis: Matrix; // [channels, channels], orthonormal columns, the most important first
  energies: Float64Array; // [channels], squared singular values of the unfolding, descending
}

export type Ranks = Partial<Record<Mode, number>>;

export function decomposeMode(kernel: Kernel, mode: Mode): ModeSpectrum {
  const unfolded = unfold(kernel, mode);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(unfolded.transpose().gram(), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, at) => at).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return {
    basis: eigenvectorMatrix.subMatrixColumn(order),
    energies: Float64Array.from(order, (at) => Math.max(realEigenvalues[at]!, 0)),
  };
}

/** Bases of the modes that `ranks` names; ranks from 1 to the mode's channels. */
export function computeHosvd(kernel: Kernel, ranks: Ranks): Bases {
  const bases: Bases = {};
  for (const mode of ["input", "output"] as const) {
    const rank = ranks[mode];
    if (rank !== undefined) bases[mode] = takeColumns(decomposeMode(kernel, mode).basis, rank);
  }
  return bases;
}
