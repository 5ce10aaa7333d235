/**
 * The inner loop of Conv and Gemm: sums[o] += Σ_c x[c] · w[c, o]. Outputs are contiguous in memory, so the
 * loop over them runs along both arrays; four inputs at a time, so that each sum is loaded once for four.
 */

/**
 * @param sums one an output; added to
 * @param x inputs, `count` of them from `xStart` on
 * @param w weights; the row of input c begins at `wStart + c * wStride` and is as long as `sums`
 */
export function addProducts(
  sums: Float64Array,
  x: Float32Array,
  xStart: number,
  count: number,
  w: Float32Array,
  wStart: number,
  wStride: number,
): void {
  const outputs = sums.length;
  const blocked = count - (count % 4);
  let row = wStart;
  for (let c = 0; c < blocked; c += 4) {
    const x0 = x[xStart + c]!;
    const x1 = x[xStart + c + 1]!;
    const x2 = x[xStart + c + 2]!;
    const x3 = x[xStart + c + 3]!;
    const row1 = row + wStride;
    const row2 = row1 + wStride;
    const row3 = row2 + wStride;
    for (let o = 0; o < outputs; o++) {
      sums[o]! += x0 * w[row + o]! + x1 * w[row1 + o]! + x2 * w[row2 + o]! + x3 * w[row3 + o]!;
    }
    row = row3 + wStride;
  }
  for (let c = blocked; c < count; c++) {
    const xc = x[xStart + c]!;
    for (let o = 0; o < outputs; o++) sums[o]! += xc * w[row + o]!;
    row += wStride;
  }
}
