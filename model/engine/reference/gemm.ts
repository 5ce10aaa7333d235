/** Gemm: y[o] = bias[o] + Σ x[i] · w[i, o], the input taken row by row, [height, width, channels] in one. */
import { addProducts } from "./products.ts";
import type { Value } from "./value.ts";

/** @param weights [inputs, outputs] */
export function gemm(
  weights: Float32Array,
  bias: Float32Array | undefined,
  input: Value,
  output: Value,
): void {
  const outputs = output.data.length;
  const sums = bias ? Float64Array.from(bias) : new Float64Array(outputs);
  addProducts(sums, input.data, 0, input.data.length, weights, 0, outputs);
  output.data.set(sums);
}
