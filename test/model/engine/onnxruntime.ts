/**
 * The oracle: the same interface as Radlite's engine, over onnxruntime-node and the exported ONNX file. It
 * gives logits only, on one thread, with the optimisations that everybody gets who loads the file.
 */

import type { Engine } from "@radlite/model/engine";
import type { Network, ValueShape } from "@radlite/model/format";
import { encodeOnnx } from "@radlite/model/format/onnx";
import { InferenceSession, Tensor } from "onnxruntime-node";

export async function loadOnnxEngine(network: Network): Promise<Engine> {
  const session = await InferenceSession.create(encodeOnnx(network), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { height, width, channels } = network.input;
  return {
    name: "onnxruntime",
    async run(tensor) {
      const input = new Tensor("float32", channelsFirst(tensor, [height, width, channels]), [
        1,
        channels,
        height,
        width,
      ]);
      const { logits } = await session.run({ input });
      return { logits: Float32Array.from(logits!.data as Float32Array), features: new Float32Array(0) };
    },
  };
}

function channelsFirst(values: Float32Array, [height, width, channels]: ValueShape): Float32Array {
  const pixels = height * width;
  return values.map((_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)]!);
}
