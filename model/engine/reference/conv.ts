/**
 * Conv: y[p, q, o] = bias[o] + Σ x[p·s + i - top, q·s + j - left, c] · w[i, j, c, o] over the window and the
 * channels of o's group; what lies outside the image is zero and skipped.
 */
import type { NetworkNode } from "@radlite/model/format";
import { addProducts } from "./products.ts";
import type { Value } from "./value.ts";

type ConvNode = Extract<NetworkNode, { op: "Conv" }>;

/** @param weights [kernel height, kernel width, channels / groups, outputs] */
export function conv(
  node: ConvNode,
  weights: Float32Array,
  bias: Float32Array | undefined,
  input: Value,
  output: Value,
): void {
  const { kernel, strides, pads, groups } = node;
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth, outChannels] = output.shape;
  const groupIn = channels / groups;
  const groupOut = outChannels / groups;
  const sums = new Float64Array(groupOut);

  for (let group = 0; group < groups; group++) {
    const groupBias = bias?.subarray(group * groupOut, (group + 1) * groupOut);
    for (let p = 0; p < outHeight; p++) {
      const top = p * strides[0] - pads[0];
      for (let q = 0; q < outWidth; q++) {
        const left = q * strides[1] - pads[1];
        if (groupBias) sums.set(groupBias);
        else sums.fill(0);
        for (let i = Math.max(0, -top); i < kernel[0] && top + i < height; i++) {
          for (let j = Math.max(0, -left); j < kernel[1] && left + j < width; j++) {
            const pixel = ((top + i) * width + left + j) * channels + group * groupIn;
            const tap = (i * kernel[1] + j) * groupIn * outChannels + group * groupOut;
            addProducts(sums, input.data, pixel, groupIn, weights, tap, outChannels);
          }
        }
        output.data.set(sums, (p * outWidth + q) * outChannels + group * groupOut);
      }
    }
  }
}
