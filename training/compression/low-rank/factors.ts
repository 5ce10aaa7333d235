/**
 * A layer's weights as factors, found deterministically or by randomised sketches. With one tap and a basis of
 * the outputs alone HOSVD is the SVD of the layer's matrix; with more taps it is Tucker-2. Rounded to float32, as
 * the network holds them.
 */
import type { Matrix } from "ml-matrix";
import { refineBases } from "./hooi.ts";
import { computeHosvd, type Ranks } from "./hosvd.ts";
import type { Kernel } from "./kernel.ts";
import { computeRandomisedHosvd } from "./randomised-hosvd.ts";
import { balanceTucker, composeKernel, measureError, projectKernel } from "./tucker.ts";
import { restoreTucker, shiftBias, type Whitening, whitenKernel } from "./whitening.ts";

export interface FactorOptions {
  algorithm: "randomised" | "exact";
  seed: number;
  /** Sweeps of HOOI over the bases. */
  sweeps: number;
}

/** Row-major; they run in this order, one after the other. */
export interface Factors {
  input: Float32Array | undefined; // [inputs, input rank]
  core: Float32Array; // [kernel height, kernel width, input rank, output rank]
  output: Float32Array | undefined; // [output rank, outputs]
  ranks: [input: number, output: number]; // a mode without a factor has all of its channels
  /** What the bias gains, [outputs]. */
  biasShift: Float32Array | undefined;
  /** Norm of what the factors leave out over that of the weights, both whitened where there is a whitening. */
  relativeError: number;
}

/** Ranks from 1 to the unfolding's shorter side; with a whitening the layer's answers are kept, else its weights. */
export function factoriseKernel(
  kernel: Kernel,
  ranks: Ranks,
  { algorithm, seed, sweeps }: FactorOptions,
  whitening?: Whitening,
): Factors {
  const [, , inputs, outputs] = kernel.shape;
  const seen = whitening ? whitenKernel(kernel, whitening) : kernel;
  const start =
    algorithm === "exact" ? computeHosvd(seen, ranks) : computeRandomisedHosvd(seen, ranks, { seed });
  const found = projectKernel(seen, refineBases(seen, start, sweeps));
  const tucker = balanceTucker(whitening ? restoreTucker(found, whitening) : found);
  const { bases, core } = tucker;
  return {
    input: bases.input && flatten(bases.input),
    core: Float32Array.from(core.values),
    output: bases.output && flatten(bases.output.transpose()),
    ranks: [bases.input?.columns ?? inputs, bases.output?.columns ?? outputs],
    biasShift: whitening && shiftBias(kernel, composeKernel(tucker), whitening),
    relativeError: measureError(seen, found),
  };
}

function flatten(matrix: Matrix): Float32Array {
  return Float32Array.from(matrix.to1DArray());
}
