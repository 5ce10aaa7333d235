/** MaxPool: the largest value of each window and channel; what lies outside the image does not take part. */
import type { NetworkNode } from "@radlite/model/format";
import type { Value } from "./value.ts";

type MaxPoolNode = Extract<NetworkNode, { op: "MaxPool" | "AveragePool" }>;

export function maxPool({ kernel, strides, pads }: MaxPoolNode, input: Value, output: Value): void {
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth] = output.shape;
  const x = input.data;
  const y = output.data.fill(Number.NEGATIVE_INFINITY);

  for (let p = 0; p < outHeight; p++) {
    const top = p * strides[0] - pads[0];
    for (let q = 0; q < outWidth; q++) {
      const left = q * strides[1] - pads[1];
      const target = (p * outWidth + q) * channels;
      for (let i = Math.max(0, -top); i < kernel[0] && top + i < height; i++) {
        for (let j = Math.max(0, -left); j < kernel[1] && left + j < width; j++) {
          const pixel = ((top + i) * width + left + j) * channels;
          for (let c = 0; c < channels; c++)
            if (x[pixel + c]! > y[target + c]!) y[target + c] = x[pixel + c]!;
        }
      }
    }
  }
}
