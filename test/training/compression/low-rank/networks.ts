/** A network with every kind of layer that factorisation meets, small enough for the reference engine. */
import type { Network, NetworkNode, WeightTensor } from "@radlite/model/format";
import { drawUniform } from "../../networks.ts";

type Conv = Extract<NetworkNode, { op: "Conv" }>;

const PLAIN = { strides: [1, 1], pads: [0, 0, 0, 0], groups: 1 } satisfies Partial<Conv>;

/** Kernels of their own side and strides, uneven pads, with and without bias, two readers of one value. */
export function buildEveryKind(): Network {
  const tensors: WeightTensor[] = [];
  const add = (...shape: number[]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const values = drawUniform(length, 70 + tensors.length, -0.5, 0.5);
    return tensors.push({ shape, values, coding: { kind: "f32" } }) - 1;
  };
  const nodes: NetworkNode[] = [
    // 1: 12x12x1 -> 12x12x8
    {
      ...PLAIN,
      op: "Conv",
      inputs: [0],
      kernel: [3, 3],
      pads: [1, 1, 1, 1],
      weights: add(3, 3, 1, 8),
      bias: add(8),
    },
    { op: "Relu", inputs: [1] },
    // 3: -> 6x6x10, SAME with the odd row below
    {
      ...PLAIN,
      op: "Conv",
      inputs: [2],
      kernel: [3, 3],
      strides: [2, 2],
      pads: [0, 0, 1, 1],
      weights: add(3, 3, 8, 10),
      bias: add(10),
    },
    // 4: the same value again, strided 1x1 -> 6x6x10
    {
      ...PLAIN,
      op: "Conv",
      inputs: [2],
      kernel: [1, 1],
      strides: [2, 2],
      weights: add(1, 1, 8, 10),
      bias: add(10),
    },
    { op: "Add", inputs: [3, 4] },
    { op: "Relu", inputs: [5] },
    // 7: depthwise
    {
      op: "DepthwiseConv",
      inputs: [6],
      kernel: [3, 3],
      strides: [1, 1],
      pads: [1, 1, 1, 1],
      weights: add(3, 3, 10, 1),
      bias: add(10),
    },
    // 8: padded 1x1 -> 8x8x12, without bias
    { ...PLAIN, op: "Conv", inputs: [7], kernel: [1, 1], pads: [1, 1, 1, 1], weights: add(1, 1, 10, 12) },
    // 9: 2x3 kernel, uneven pads -> 8x7x9, without bias
    { ...PLAIN, op: "Conv", inputs: [8], kernel: [2, 3], pads: [1, 0, 0, 1], weights: add(2, 3, 12, 9) },
    // 10: two groups
    { ...PLAIN, op: "Conv", inputs: [9], kernel: [1, 1], groups: 3, weights: add(1, 1, 3, 9), bias: add(9) },
    // 11: dense over all pixels
    { op: "Gemm", inputs: [10], weights: add(504, 20), bias: add(20) },
    { op: "Relu", inputs: [11] },
    // 13
    { op: "Gemm", inputs: [12], weights: add(20, 1) },
  ];
  return {
    input: { height: 12, width: 12, channels: 1, normalise: { kind: "per-image" } },
    nodes,
    tensors,
    labels: ["NORMAL", "PNEUMONIA"],
  };
}
