/**
 * Hashing: the weights of all tensors as a function of fewer free values, w = signs * repeat(v, group), tensor
 * after tensor in the order of the file (model/format decodes by the same rule). Linear, so a gradient goes
 * back by the transpose: dL/dv_k = sum over the weights of group k of sign_i dL/dw_i.
 * Chen et al., "Compressing Neural Networks with the Hashing Trick", ICML 2015.
 */
import { countFree, drawSigns } from "@radlite/model/format";

export interface Hashing {
  /** For each tensor, its weights, and how many of them share a free value. */
  tensors: readonly { count: number; group: number; signs: Int8Array }[];
  /** Free values of all tensors. */
  free: number;
  /** [free]: the tensor that each belongs to. */
  tensorOf: Uint16Array;
}

export function createHashing(tensors: readonly { count: number; group: number }[], seed: number): Hashing {
  const sizes = tensors.map(countFree);
  const free = sizes.reduce((sum, size) => sum + size, 0);
  const tensorOf = Uint16Array.from(sizes.flatMap((size, at) => new Array<number>(size).fill(at)));
  const signed = tensors.map(({ count, group }, at) => {
    const sign = drawSigns(seed, at);
    return { count, group, signs: Int8Array.from({ length: count }, (_, i) => sign(i)) };
  });
  return { tensors: signed, free, tensorOf };
}

/** The weights of each tensor, of free values [free]. */
export function spreadFree({ tensors }: Hashing, free: Float32Array): Float32Array[] {
  let start = 0;
  return tensors.map(({ count, group, signs }) => {
    const weights = new Float32Array(count);
    for (let i = 0; i < count; i++) weights[i] = signs[i]! * free[start + Math.floor(i / group)]!;
    start += Math.ceil(count / group);
    return weights;
  });
}

/** The transpose: [free] of an array for each tensor, summed in double precision. */
export function gatherFree({ tensors, free }: Hashing, weights: readonly Float32Array[]): Float64Array {
  const sums = new Float64Array(free);
  let start = 0;
  tensors.forEach(({ count, group, signs }, at) => {
    for (let i = 0; i < count; i++) sums[start + Math.floor(i / group)]! += signs[i]! * weights[at]![i]!;
    start += Math.ceil(count / group);
  });
  return sums;
}

/**
 * Free values to begin with: those nearest to the weights, enlarged so that what they spread to is about as large
 * as the weights were: groups of unlike weights average out to sqrt(group) less.
 */
export function projectWeights(hashing: Hashing, weights: readonly Float32Array[]): Float32Array {
  const sums = gatherFree(hashing, weights);
  return Float32Array.from(sums, (sum, at) => sum / Math.sqrt(hashing.tensors[hashing.tensorOf[at]!]!.group));
}
