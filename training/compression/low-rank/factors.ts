/**
 * A layer's weights as factors: by SVD where the layer has one tap, else in Tucker-2 form; found
 * deterministically or by randomised sketches. Rounded to float32, as the network holds them.
 */
import type { Matrix } from "ml-matrix";
import { refineBases } from "./hooi.ts";
import { computeHosvd, type Ranks } from "./hosvd.ts";
import { type Kernel, unfold } from "./kernel.ts";
import { computeRandomisedHosvd } from "./randomised-hosvd.ts";
import { computeRandomisedSvd } from "./randomised-svd.ts";
import { computeSvd, splitSvd } from "./svd.ts";
import { measureError, projectKernel, type Tucker } from "./tucker.ts";

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
  /** Norm of the difference to the layer's weights, over their norm. */
  relativeError: number;
}

/** Ranks from 1 to the unfolding's shorter side; `output` alone where the kernel has one tap. */
export function factoriseKernel(kernel: Kernel, ranks: Ranks, options: FactorOptions): Factors {
  const [height, width, inputs, outputs] = kernel.shape;
  const tucker =
    height * width === 1
      ? factoriseMatrix(kernel, ranks.output!, options)
      : factoriseTucker(kernel, ranks, options);
  const { bases, core } = tucker;
  return {
    input: bases.input && flatten(bases.input),
    core: Float32Array.from(core.values),
    output: bases.output && flatten(bases.output.transpose()),
    ranks: [bases.input?.columns ?? inputs, bases.output?.columns ?? outputs],
    relativeError: measureError(kernel, tucker),
  };
}

/** By SVD; the singular values shared evenly, so that both factors learn at one rate. */
function factoriseMatrix(kernel: Kernel, rank: number, { algorithm, seed }: FactorOptions): Tucker {
  const matrix = unfold(kernel, "output"); // [outputs, inputs]
  const svd = algorithm === "exact" ? computeSvd(matrix, rank) : computeRandomisedSvd(matrix, rank, { seed });
  const [output, input] = splitSvd(svd);
  const core: Kernel = {
    shape: [1, 1, input.columns, rank],
    values: Float64Array.from(input.transpose().to1DArray()),
  };
  return { bases: { output }, core };
}

function factoriseTucker(kernel: Kernel, ranks: Ranks, { algorithm, seed, sweeps }: FactorOptions): Tucker {
  const start =
    algorithm === "exact" ? computeHosvd(kernel, ranks) : computeRandomisedHosvd(kernel, ranks, { seed });
  return projectKernel(kernel, refineBases(kernel, start, sweeps));
}

function flatten(matrix: Matrix): Float32Array {
  return Float32Array.from(matrix.to1DArray());
}
