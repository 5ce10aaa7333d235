/**
 * Weights as their layer uses them. What a layer's answer loses is E |(K - K')^T (x - m)|^2 over the inputs x that
 * it reads, with mean m and covariance C of their channels; that is the squared norm of C^(1/2) (K - K'), so the
 * decompositions are taken of C^(1/2) K and multiplied by C^(-1/2) afterwards, and the mean goes into the bias:
 * b' = b + (K - K')^T m. Exact for one tap; for more, the channels' covariance stands for every tap, and
 * neighbouring pixels for uncorrelated ones.
 * Zhang, Zou, He & Sun, "Accelerating Very Deep Convolutional Networks for Classification and Detection", TPAMI
 * 38(10), 2016, section 3.1, which takes the same projection from the covariance of the answers.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { contract, type Kernel } from "./kernel.ts";
import type { Tucker } from "./tucker.ts";

/** Moments of the channels that a layer reads. */
export interface Moments {
  mean: Float64Array; // [channels]
  covariance: Matrix; // [channels, channels]
}

export interface Whitening {
  mean: Float64Array; // [channels]
  root: Matrix; // [channels, channels], symmetric: C^(1/2)
  inverse: Matrix; // [channels, channels], symmetric: C^(-1/2)
}

/** Share of the largest variance that every direction has at least, or channels at rest would have no inverse. */
const LEAST_VARIANCE = 1e-6;

export function createWhitening({ mean, covariance }: Moments): Whitening {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  if (largest <= 0) return { mean, root: Matrix.eye(mean.length), inverse: Matrix.eye(mean.length) };
  const roots = realEigenvalues.map((variance) => Math.sqrt(Math.max(variance, LEAST_VARIANCE * largest)));
  const power = (factors: number[]) =>
    eigenvectorMatrix.clone().mulRowVector(factors).mmul(eigenvectorMatrix.transpose());
  return { mean, root: power(roots), inverse: power(roots.map((root) => 1 / root)) };
}

export function whitenKernel(kernel: Kernel, { root }: Whitening): Kernel {
  return contract(kernel, "input", root);
}

/** The form of whitened weights as one of the weights themselves. */
export function restoreTucker({ bases, core }: Tucker, { inverse }: Whitening): Tucker {
  if (!bases.input) return { bases, core: contract(core, "input", inverse) };
  return { bases: { ...bases, input: inverse.mmul(bases.input) }, core };
}

/** What the bias gains so that the mean answer stays as it is, [outputs]. */
export function shiftBias(kernel: Kernel, composed: Kernel, { mean }: Whitening): Float32Array {
  const [, , inputs, outputs] = kernel.shape;
  const shift = new Float64Array(outputs);
  kernel.values.forEach((value, at) => {
    shift[at % outputs]! += (value - composed.values[at]!) * mean[Math.floor(at / outputs) % inputs]!;
  });
  return Float32Array.from(shift);
}
