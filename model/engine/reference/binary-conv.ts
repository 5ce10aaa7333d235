/**
 * BinaryConv: y[p, q, o] = Σ x[p·s + i - top, q·s + j - left, c] · w[i, j, c, o] over the window, where x is -1
 * outside the image. All x are -1 or +1 and all w of a filter one magnitude, so that float32 holds y exactly.
 */
import type { NetworkNode } from "@radlite/model/format";
import { addProducts } from "./products.ts";
import type { Value } from "./value.ts";

type BinaryConvNode = Extract<NetworkNode, { op: "BinaryConv" }>;

/** @param weights [kernel height, kernel width, channels, outputs] */
export function binaryConv(
  { kernel, strides, pads }: BinaryConvNode,
  weights: Float32Array,
  input: Value,
  output: Value,
): void {
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth, outputs] = output.shape;
  const outside = new Float32Array(channels).fill(-1);
  const sums = new Float64Array(outputs);

  for (let p = 0; p < outHeight; p++) {
    for (let q = 0; q < outWidth; q++) {
      sums.fill(0);
      for (let i = 0; i < kernel[0]; i++) {
        for (let j = 0; j < kernel[1]; j++) {
          const [y, x] = [p * strides[0] + i - pads[0], q * strides[1] + j - pads[1]];
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          const tap = (i * kernel[1] + j) * channels * outputs;
          if (isInside)
            addProducts(sums, input.data, (y * width + x) * channels, channels, weights, tap, outputs);
          else addProducts(sums, outside, 0, channels, weights, tap, outputs);
        }
      }
      output.data.set(sums, (p * outWidth + q) * outputs);
    }
  }
}
