/**
 * Short files that promise much: as many weights as a byte may stand for, and headers of graphs that are beyond
 * the limits or just within. What they would take must be told from the header, before it is taken.
 */
import {
  LIMITS,
  type Network,
  type NetworkNode,
  type ValueShape,
  type WeightTensor,
} from "@radlite/model/format";
import { createByteWriter } from "../../model/format/byte-stream.ts";
import { writeHeader } from "../../model/format/header.ts";
import { isWeighted } from "../../model/format/shapes.ts";
import { ALL_CODINGS, type Numbers, type TensorCoding } from "../model/networks.ts";
import { assemble } from "./artifacts.ts";
import { randomBytes } from "./bytes.ts";
import { shapeOf } from "./strange-nodes.ts";

/** A header of large sides, channels and kernels, before a few bytes of weights. */
export function promiseMuch(numbers: Numbers): Uint8Array {
  const side = (): number => numbers.pick([1, 64, 1000, LIMITS.sideLength, LIMITS.sideLength + 1]);
  const input: Network["input"] = {
    ...{ height: side(), width: side(), channels: numbers.pick([1, 3] as const) },
    normalise: { kind: "per-image" },
  };
  const labels = numbers.pick([
    ["NORMAL", "PNEUMONIA"],
    ["lone"],
    [],
    Array.from({ length: 65 }, (_, i) => `${i}`),
  ]);
  const network: Network = { input, nodes: [], tensors: [], labels };
  const shapes: ValueShape[] = [[input.height, input.width, input.channels]];
  const count = numbers.pick([0, 1, 3, 30, LIMITS.nodes + 1]);
  for (let left = count; left > 0; left--) {
    const node = largeNode(numbers, network.nodes.length);
    const shape = shapeOf(
      node,
      network.nodes.length,
      [shapes.at(-1)!],
      numbers.pick([1, 2, 512, LIMITS.channels]),
    );
    if (shape === undefined) continue;
    if (isWeighted(node)) node.weights = network.tensors.push(promise(numbers.pick(ALL_CODINGS))) - 1;
    network.nodes.push(node);
    shapes.push(shape);
  }
  if (numbers.whole(0, 1)) endInLogit(network, shapes);
  const writer = createByteWriter();
  writeHeader(writer, network, shapes);
  return assemble({
    header: writer.finish(),
    payload: randomBytes(numbers, numbers.pick([0, 40, 3000])),
    sections: [],
  });
}

/** So that nothing but the size of it is wrong. */
function endInLogit(network: Network, shapes: ValueShape[]): void {
  const weights = network.tensors.push(promise("f32")) - 1;
  const last = network.nodes.length;
  network.nodes.push(
    { op: "GlobalAveragePool", inputs: [last] },
    { op: "Gemm", inputs: [last + 1], weights },
  );
  shapes.push([1, 1, shapes.at(-1)![2]], [1, 1, 1]);
}

function largeNode(numbers: Numbers, last: number): NetworkNode {
  const side = numbers.pick([1, 3, 16, LIMITS.kernelSide]);
  const stride = numbers.pick([1, 1, 2, LIMITS.stride]);
  const window = { kernel: [side, side], strides: [stride, stride], pads: [0, 0, 0, 0] } as const;
  const inputs: [number] = [last];
  return numbers.pick<NetworkNode>([
    { op: "Relu", inputs },
    { op: "Sigmoid", inputs },
    { op: "Gemm", inputs, weights: 0 },
    { op: "Conv", inputs, ...window, kernel: [side, side], strides: [stride, stride], groups: 1, weights: 0 },
    { op: "MaxPool", inputs, ...window, kernel: [side, side], strides: [stride, stride] },
    { op: "Pad", inputs, pads: [LIMITS.padding, 0, LIMITS.padding, 0] },
  ]);
}

/** A header tells a tensor's coding alone. */
function promise(kind: TensorCoding): WeightTensor {
  const nothing = { codebook: new Float32Array(0), indices: new Uint8Array(0) };
  return { shape: [], values: new Float32Array(0), coding: { kind, ...nothing } };
}

/**
 * A file of a kilobyte that stands for a million weights or two: a lone symbol takes no bits, however often it
 * comes, and the floats of a layer behind it make the file long enough. Time grows with the weights, 15 to 120
 * ns each, so this is as many as three readings with coverage do in a second on a slow day.
 */
export function expandingNetwork(numbers: Numbers): Network {
  const weights = numbers.pick([2 ** 20, 2 ** 21]) * 0.98;
  const side = numbers.pick([32, 64, 128]);
  const outs = Math.floor(weights / (side * side));
  const filler = Math.ceil(weights / LIMITS.valuesPerByte / 4 / outs);
  const lone = (shape: [number, number]): WeightTensor => {
    const indices = new Uint8Array(shape[0] * shape[1]);
    const kind = numbers.pick(["clustered", "indexed", "sparse", "range"] as const);
    // A code that adapts spends next to nothing on a choice that always falls the same way.
    const codebook = kind === "range" ? Float32Array.of(0, 1) : Float32Array.of(0);
    return { shape, values: new Float32Array(indices.length), coding: { kind, codebook, indices } };
  };
  return {
    input: { height: side, width: side, channels: 1, normalise: { kind: "per-image" } },
    nodes: [0, 1, 2].map((node) => ({ op: "Gemm", inputs: [node], weights: node })),
    tensors: [
      lone([side * side, outs]),
      { shape: [outs, filler], values: new Float32Array(outs * filler), coding: { kind: "f32" } },
      lone([filler, 1]),
    ],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}
