/**
 * The onnxruntime engine: the same network, exported as ONNX, in onnxruntime-node. It is faster where a network
 * is large and takes longer to start; the package is optional and 65 MB, so it is looked for only when asked
 * for, and never part of a bundle. One thread, as everywhere.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Network, requireSound, type ValueShape } from "@radlite/model/format";
import { encodeOnnx } from "@radlite/model/format/onnx";
import type { Engine } from "../engine.ts";
import { findFeatures } from "../features.ts";

type Runtime = typeof import("onnxruntime-node");

/** The package, or undefined where it is not installed or has no binary for this machine. */
export async function findOnnxRuntime(): Promise<Runtime | undefined> {
  return import("onnxruntime-node").catch(() => undefined);
}

/** @throws BAD_INPUT for a network that does not fit together; UNAVAILABLE without the package. */
export async function createOnnxEngine(network: Network): Promise<Engine> {
  const runtime = await findOnnxRuntime();
  if (!runtime) {
    throw new RadliteError(
      "UNAVAILABLE",
      'onnxruntime-node is not installed or does not run here: install it, or load the engine "wasm"',
    );
  }
  const shapes = requireSound(network);
  const inputShape = shapes[0]!;
  const inputLength = countValues(inputShape);
  const features = findFeatures(network.nodes);
  const isComputed = features !== undefined && features > 0;
  const session = await runtime.InferenceSession.create(
    encodeOnnx(network, { outputs: isComputed ? [features] : [] }),
    { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3, freeDimensionOverrides: { batch: 1 } },
  );
  const [logitsName, featuresName] = session.outputNames;

  return {
    name: "onnxruntime-node",
    async run(tensor) {
      if (tensor.length !== inputLength) {
        throw new RadliteError(
          "BAD_INPUT",
          `input tensor has ${tensor.length} values, expected ${inputLength} for ${inputShape.join("x")}`,
        );
      }
      const [height, width, channels] = inputShape;
      const image = toChannelsFirst(tensor, inputShape);
      const input = new runtime.Tensor("float32", image, [1, channels, height, width]);
      const results = await session.run({ input });
      const read = (name: string): Float32Array => results[name]!.data as Float32Array;
      return {
        logits: Float32Array.from(read(logitsName!)),
        features: isComputed
          ? toChannelsLast(read(featuresName!), shapes[features]!)
          : tensor.slice(0, features === 0 ? inputLength : 0),
      };
    },
  };
}

function countValues([height, width, channels]: ValueShape): number {
  return height * width * channels;
}

function toChannelsFirst(values: Float32Array, [height, width]: ValueShape): Float32Array {
  return transpose(values, height * width);
}

function toChannelsLast(values: Float32Array, [, , channels]: ValueShape): Float32Array {
  return transpose(values, channels);
}

/** [rows][columns] -> [columns][rows], columns as many as there are. */
function transpose(values: Float32Array, rows: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let to = row; to < result.length; to += rows) result[to] = values[from++]!;
  }
  return result;
}
