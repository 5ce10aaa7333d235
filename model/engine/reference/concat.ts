/** Concat: the channels of all inputs behind each other, pixel by pixel. */
import type { Value } from "./value.ts";

export function concat(inputs: readonly Value[], output: Value): void {
  const [height, width, outChannels] = output.shape;
  let offset = 0;
  for (const { shape, data } of inputs) {
    const channels = shape[2];
    for (let pixel = 0; pixel < height * width; pixel++) {
      const source = pixel * channels;
      const target = pixel * outChannels + offset;
      for (let c = 0; c < channels; c++) output.data[target + c] = data[source + c]!;
    }
    offset += channels;
  }
}
