/**
 * DepthwiseConv: y[p, q, c] = bias[c] + Σ x[p·s + i - top, q·s + j - left, c] · w[i, j, c] over the window:
 * each channel has a kernel of its own; what lies outside the image is zero and skipped.
 */
import type { NetworkNode } from "@radlite/model/format";
import type { Value } from "./value.ts";

type DepthwiseConvNode = Extract<NetworkNode, { op: "DepthwiseConv" }>;

/** @param weights [kernel height, kernel width, channels, 1] */
export function depthwiseConv(
  node: DepthwiseConvNode,
  weights: Float32Array,
  bias: Float32Array | undefined,
  input: Value,
  output: Value,
): void {
  const { kernel, strides, pads } = node;
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth] = output.shape;
  const x = input.data;
  const sums = new Float64Array(channels);

  for (let p = 0; p < outHeight; p++) {
    const top = p * strides[0] - pads[0];
    for (let q = 0; q < outWidth; q++) {
      const left = q * strides[1] - pads[1];
      if (bias) sums.set(bias);
      else sums.fill(0);
      for (let i = Math.max(0, -top); i < kernel[0] && top + i < height; i++) {
        for (let j = Math.max(0, -left); j < kernel[1] && left + j < width; j++) {
          const pixel = ((top + i) * width + left + j) * channels;
          const tap = (i * kernel[1] + j) * channels;
          for (let c = 0; c < channels; c++) sums[c]! += x[pixel + c]! * weights[tap + c]!;
        }
      }
      output.data.set(sums, (p * outWidth + q) * channels);
    }
  }
}
