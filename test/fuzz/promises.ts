/**
 * Short files that promise much: as many weights as a byte may stand for, and headers of graphs that are beyond
 * the limits or just within. What they would take must be known from the header, before it is taken.
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
import { ALL_CODINGS, type TensorCoding } from "../model/coded-tensors.ts";
import type { Numbers } from "../model/networks.ts";
import { assemble } from "./artifacts.ts";
import { randomBytes } from "./bytes.ts";
import { shapeOf } from "./strange-nodes.ts";

/** A header of large sides, channels and kernels, before a few bytes of weights. */
export function promiseMuch(numbers: Numbers): Uint8Array {
  const side = (): number => numbers.pick([1, 64, 1000, LIMITS.sideLength, LIMITS.sideLength + 1]);
  const input: Network["input"] = {
    height: side(),
    width: side(),
    channels: numbers.pick([1, 3] as const),
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

/** Lengths of codebooks whose lone zero comes at next to no cost. */
const ENTRIES = { clustered: [1], indexed: [1], sparse: [1], range: [2, 256], stepped: [2, 128] } as const;

/** Values of half a byte that need an eighth, by the limits: three eighths are left for others. */
const FILLER_BYTES = 3 / 8;

/**
 * A file that stands for as much as it may: a million weights in a kilobyte, or two with the bytes that they need. A
 * lone symbol takes no bits, however often it comes. Opening takes up to half a microsecond a weight.
 */
export function expandingNetwork(numbers: Numbers): Network {
  const kind = numbers.pick(["clustered", "indexed", "sparse", "range", "stepped"] as const);
  const isLong = LIMITS.valuesPerByte[kind] > LIMITS.valuesPerByte.indexed && numbers.whole(0, 1) === 1;
  const side = numbers.pick([32, 64, 128]);
  const outs = Math.floor((LIMITS.freeValues * (isLong ? 2 : 0.98)) / (side * side));
  const neededBytes = isLong ? (side * side * outs) / LIMITS.valuesPerByte[kind] : 0;
  const filler = 1 + Math.ceil(neededBytes / FILLER_BYTES / outs);
  const zeros = (shape: [number, number], coding: "indexed" | typeof kind, entries: number): WeightTensor => {
    const indices = new Uint8Array(shape[0] * shape[1]);
    const codebook = Float32Array.from({ length: entries }, (_, i) => i);
    return { shape, values: new Float32Array(indices.length), coding: { kind: coding, codebook, indices } };
  };
  return {
    input: { height: side, width: side, channels: 1, normalise: { kind: "per-image" } },
    nodes: [0, 1, 2].map((node) => ({ op: "Gemm", inputs: [node], weights: node })),
    tensors: [
      // A code that adapts spends next to nothing on a choice that always falls the same way.
      zeros([side * side, outs], kind, numbers.pick(ENTRIES[kind])),
      zeros([outs, filler], "indexed", 16),
      zeros([filler, 1], "indexed", 16),
    ],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}
