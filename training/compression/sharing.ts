/**
 * Weights that share values, as a function of the values shared: w_i = c[index_i]. Its gradient in a shared
 * value is the sum over the weights that use it, dL/dc_k = sum over {i : index_i = k} of dL/dw_i (Han, Mao &
 * Dally 2016, section 3.3). Indices never change here.
 */
export function spreadValues(codebook: Float32Array, indices: Uint8Array): Float32Array {
  return Float32Array.from(indices, (index) => codebook[index]!);
}

/** [entries]; summed in double precision. */
export function gatherGradients(gradient: Float32Array, indices: Uint8Array, entries: number): Float32Array {
  const sums = new Float64Array(entries);
  indices.forEach((index, at) => {
    sums[index]! += gradient[at]!;
  });
  return Float32Array.from(sums);
}
