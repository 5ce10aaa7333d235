/** Pad: zeros around height and width. */
import type { Pads } from "@radlite/model/format";
import type { Value } from "./value.ts";

export function pad([top, left]: Pads, input: Value, output: Value): void {
  const [height, width, channels] = input.shape;
  const outWidth = output.shape[1];
  const rowLength = width * channels;
  output.data.fill(0);
  for (let row = 0; row < height; row++) {
    const source = input.data.subarray(row * rowLength, (row + 1) * rowLength);
    output.data.set(source, ((top + row) * outWidth + left) * channels);
  }
}
