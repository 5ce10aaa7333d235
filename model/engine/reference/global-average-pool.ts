/** GlobalAveragePool: the mean of each channel over all pixels. */
import type { Value } from "./value.ts";

export function globalAveragePool(input: Value, output: Value): void {
  const [height, width, channels] = input.shape;
  const sums = new Float64Array(channels);
  for (let start = 0; start < input.data.length; start += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += input.data[start + c]!;
  }
  for (let c = 0; c < channels; c++) output.data[c] = sums[c]! / (height * width);
}
