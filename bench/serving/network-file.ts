/**
 * One network in a folder, as every peer wants it: model.rlm, model.onnx, and network.json with weights.bin for
 * tfjs. All of the same weights, so that all logits can be compared.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import {
  encodeNetwork,
  type InputRecipe,
  inferShapes,
  type Network,
  samePads,
  type ValueShape,
} from "@radlite/model/format";
import { encodeOnnx } from "@radlite/model/format/onnx";
import { planSteps, type Step } from "../../model/engine/wasm/steps.ts";

export interface FileStep extends Omit<Step, "low" | "high"> {
  clamp: "linear" | "relu" | "relu6";
  isSame: boolean; // its pads are those of TensorFlow's "same"
}

interface TensorEntry {
  shape: number[];
  offset: number; // bytes
}

export interface NetworkFile {
  input: InputRecipe;
  shapes: ValueShape[];
  steps: FileStep[];
  tensors: TensorEntry[];
}

export function writeNetwork(folder: string, network: Network): void {
  const shapes = inferShapes(network);
  const steps = planSteps(network.nodes, shapes, new Set([network.nodes.length])).steps.map(
    ({ low, high, ...step }): FileStep => ({
      ...step,
      clamp: high === 6 ? "relu6" : low === 0 ? "relu" : "linear",
      isSame: hasSamePads(step, shapes),
    }),
  );
  let offset = 0;
  const tensors = network.tensors.map(({ shape, values }): TensorEntry => {
    const entry = { shape, offset };
    offset += values.byteLength;
    return entry;
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.rlm`, encodeNetwork(network));
  writeFileSync(`${folder}/model.onnx`, encodeOnnx(network));
  writeFileSync(
    `${folder}/network.json`,
    JSON.stringify({ input: network.input, shapes, steps, tensors } satisfies NetworkFile),
  );
  writeFileSync(
    `${folder}/weights.bin`,
    Buffer.concat(
      network.tensors.map(
        ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      ),
    ),
  );
}

export function readTensor(weights: Uint8Array, { shape, offset }: TensorEntry): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  return new Float32Array(Uint8Array.from(weights.subarray(offset, offset + count * 4)).buffer);
}

function hasSamePads(
  { node, inputs }: Pick<Step, "node" | "inputs">,
  shapes: readonly ValueShape[],
): boolean {
  if (node.op !== "Conv" && node.op !== "DepthwiseConv") return false;
  const same = samePads(shapes[inputs[0]!]!, node);
  return node.pads.every((pad, side) => pad === same[side]);
}
