/** Sign: +1 where weights[c] · x >= -bias[c], else -1; the product is rounded to float32, as every engine has it. */
import type { Value } from "./value.ts";

/** @param weights [channels], as is `bias`; none: zeros */
export function sign(
  weights: Float32Array,
  bias: Float32Array | undefined,
  input: Value,
  output: Value,
): void {
  const channels = weights.length;
  for (let start = 0; start < input.data.length; start += channels) {
    for (let c = 0; c < channels; c++) {
      output.data[start + c] =
        Math.fround(weights[c]! * input.data[start + c]!) >= -(bias?.[c] ?? 0) ? 1 : -1;
    }
  }
}
