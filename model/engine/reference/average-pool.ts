/** AveragePool: the mean of each window and channel over the pixels inside the image; padding is not counted. */
import type { NetworkNode } from "@radlite/model/format";
import type { Value } from "./value.ts";

type AveragePoolNode = Extract<NetworkNode, { op: "MaxPool" | "AveragePool" }>;

export function averagePool({ kernel, strides, pads }: AveragePoolNode, input: Value, output: Value): void {
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth] = output.shape;
  const x = input.data;
  const sums = new Float64Array(channels);

  for (let p = 0; p < outHeight; p++) {
    const top = p * strides[0] - pads[0];
    for (let q = 0; q < outWidth; q++) {
      const left = q * strides[1] - pads[1];
      let pixels = 0;
      sums.fill(0);
      for (let i = Math.max(0, -top); i < kernel[0] && top + i < height; i++) {
        for (let j = Math.max(0, -left); j < kernel[1] && left + j < width; j++) {
          const pixel = ((top + i) * width + left + j) * channels;
          for (let c = 0; c < channels; c++) sums[c]! += x[pixel + c]!;
          pixels++;
        }
      }
      const target = (p * outWidth + q) * channels;
      for (let c = 0; c < channels; c++) output.data[target + c] = sums[c]! / pixels;
    }
  }
}
