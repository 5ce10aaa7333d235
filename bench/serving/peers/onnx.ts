/** What both onnxruntimes share: the exported network, one thread, channels first. */
import { readFileSync } from "node:fs";
import type * as Native from "onnxruntime-node";
import type * as Web from "onnxruntime-web";
import type { NetworkFile } from "../network-file.ts";
import type { Run } from "./peer.ts";

export async function loadOnnx(runtime: typeof Native | typeof Web, folder: string): Promise<Run> {
  const { shapes } = JSON.parse(readFileSync(`${folder}/network.json`, "utf8")) as NetworkFile;
  const [height, width, channels] = shapes[0]!;
  const session = await runtime.InferenceSession.create(readFileSync(`${folder}/model.onnx`), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    freeDimensionOverrides: { batch: 1 },
  });
  return async (image) => {
    const pixels = height * width;
    const planes =
      channels === 1 ? image : image.map((_, i) => image[(i % pixels) * channels + Math.floor(i / pixels)]!);
    const input = new runtime.Tensor("float32", planes, [1, channels, height, width]);
    const { logits } = await session.run({ input } as never);
    return logits!.data as Float32Array;
  };
}
