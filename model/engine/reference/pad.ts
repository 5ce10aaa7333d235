/** Pad: zeros around height and width; a pad below zero takes rows or columns away. */
import type { Pads } from "@radlite/model/format";
import type { Value } from "./value.ts";

export function pad([top, left, , right]: Pads, input: Value, output: Value): void {
  const [height, width, channels] = input.shape;
  const [outHeight, outWidth] = output.shape;
  const [from, to] = [Math.max(0, -left), width + Math.min(0, right)]; // columns that are kept
  output.data.fill(0);
  for (let row = Math.max(0, -top); row < height && row + top < outHeight; row++) {
    const source = input.data.subarray((row * width + from) * channels, (row * width + to) * channels);
    output.data.set(source, ((top + row) * outWidth + left + from) * channels);
  }
}
