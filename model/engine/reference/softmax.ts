/** Softmax: e^x_c / Σ e^x over the channels of each pixel, shifted by the largest so that nothing overflows. */
import type { Value } from "./value.ts";

export function softmax(input: Value, output: Value): void {
  const channels = input.shape[2];
  const x = input.data;
  const powers = new Float64Array(channels);
  for (let start = 0; start < x.length; start += channels) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < channels; c++) largest = Math.max(largest, x[start + c]!);
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      powers[c] = Math.exp(x[start + c]! - largest);
      sum += powers[c]!;
    }
    for (let c = 0; c < channels; c++) output.data[start + c] = powers[c]! / sum;
  }
}
