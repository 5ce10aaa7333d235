/** Every operator that training runs: as the reference engine computes it, with the gradient of finite differences. */

import { loadEngine } from "@radlite/model/engine";
import { type Network, type NetworkNode, OPERATORS } from "@radlite/model/format";
import type { GraphNode } from "@radlite/training/architectures";
import { computeGradients, computeLogits, runOperators } from "@radlite/training/fit";
import { thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { drawUniform } from "../networks.ts";

const LOSS = { classWeights: [1, 1], labelSmoothing: 0.1 };
const [SIDE, CHANNELS, IMAGES] = [7, 4, 6];

const CONV: NetworkNode = {
  op: "Conv",
  inputs: [0],
  kernel: [3, 3],
  strides: [1, 1],
  pads: [1, 1, 1, 1],
  groups: 1,
  weights: 0,
  bias: 1,
};

/** Each reads value 1, of 7x7x4, or values 1 and 2. */
const NODES: Record<string, NetworkNode[]> = {
  "Conv, padded unevenly": [
    { ...CONV, inputs: [1], strides: [2, 2], pads: [0, 0, 1, 1], weights: 2, bias: 3 },
  ],
  "DepthwiseConv, same": [depthwise([1, 1], [1, 1, 1, 1])],
  "DepthwiseConv, strided": [depthwise([2, 2], [0, 0, 1, 1])],
  "DepthwiseConv, padded beyond its kernel": [depthwise([2, 2], [0, 4, 2, 1])],
  "MaxPool, valid": [{ op: "MaxPool", inputs: [1], kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }],
  "MaxPool, padded": [{ op: "MaxPool", inputs: [1], kernel: [3, 3], strides: [2, 2], pads: [2, 1, 0, 1] }],
  "AveragePool, same": [
    { op: "AveragePool", inputs: [1], kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  ],
  "AveragePool, padded": [
    { op: "AveragePool", inputs: [1], kernel: [3, 2], strides: [2, 1], pads: [0, 1, 2, 0] },
  ],
  Pad: [
    { op: "Pad", inputs: [1], pads: [0, 2, 1, 0] },
    { op: "Swish", inputs: [2] },
  ],
  "Pad, taking away": [
    { op: "Pad", inputs: [1], pads: [-1, -2, 1, 0] },
    { op: "Swish", inputs: [2] },
  ],
  Add: [
    { op: "Sigmoid", inputs: [1] },
    { op: "Add", inputs: [1, 2] },
  ],
  Mul: [
    { op: "GlobalAveragePool", inputs: [1] },
    { op: "Sigmoid", inputs: [2] },
    { op: "Mul", inputs: [1, 3] },
  ],
  Concat: [
    { op: "Relu", inputs: [1] },
    { op: "Concat", inputs: [2, 1, 2] },
  ],
  Relu: [{ op: "Relu", inputs: [1] }],
  Clip: [{ op: "Clip", inputs: [1] }],
  Swish: [{ op: "Swish", inputs: [1] }],
  Softmax: [{ op: "Softmax", inputs: [1] }],
};

function depthwise(strides: [number, number], pads: [number, number, number, number]): NetworkNode {
  return { op: "DepthwiseConv", inputs: [1], kernel: [3, 3], strides, pads, weights: 2, bias: 3 };
}

/** A convolution, the nodes, and a fully connected layer over what is left after `outputs` numbers. */
function makeNetwork(nodes: readonly NetworkNode[], outputs: number): Network {
  const shapes = [[3, 3, 1, CHANNELS], [CHANNELS]];
  const [first] = nodes;
  if (first?.op === "Conv") shapes.push([3, 3, CHANNELS, CHANNELS], [CHANNELS]);
  if (first?.op === "DepthwiseConv") shapes.push([3, 3, CHANNELS, 1], [CHANNELS]);
  const dense: NetworkNode = { op: "Gemm", inputs: [nodes.length + 1], weights: shapes.length };
  shapes.push([outputs, 1]);
  return {
    input: { height: SIDE, width: SIDE, channels: 1, normalise: { kind: "per-image" } },
    nodes: [CONV, ...nodes, dense],
    tensors: shapes.map((shape, at) => ({
      shape,
      values: drawTensor(shape, at, at === shapes.length - 1),
      coding: { kind: "f32" },
    })),
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

/** The first is wide enough for the bends of Clip, the last narrow enough for logits that still learn. */
function drawTensor(shape: readonly number[], at: number, last: boolean): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  const limit = at === 0 ? 3 : last ? 0.1 : 1;
  return drawUniform(size, 30 + at, -limit, limit);
}

const BATCH = {
  inputs: drawUniform(IMAGES * SIDE * SIDE, 9),
  labels: Uint8Array.from({ length: IMAGES }, (_, at) => at % 2),
};

/** Numbers that the nodes leave of one image. */
const OUTPUTS: Record<string, number> = {
  "Conv, padded unevenly": 3 * 3 * 4,
  "DepthwiseConv, same": 7 * 7 * 4,
  "DepthwiseConv, strided": 3 * 3 * 4,
  "DepthwiseConv, padded beyond its kernel": 4 * 5 * 4,
  "MaxPool, valid": 3 * 3 * 4,
  "MaxPool, padded": 4 * 4 * 4,
  "AveragePool, same": 4 * 4 * 4,
  "AveragePool, padded": 4 * 7 * 4,
  Pad: 8 * 9 * 4,
  "Pad, taking away": 7 * 5 * 4,
  Concat: 7 * 7 * 12,
};

const build = (name: string) => makeNetwork(NODES[name]!, OUTPUTS[name] ?? SIDE * SIDE * CHANNELS);

test.each(Object.keys(NODES))("%s: TensorFlow's value is the reference engine's", async (name) => {
  const network = build(name);
  const { graph, values } = thawNetwork(network);

  const logits = computeLogits(graph, values, BATCH);

  const engine = await loadEngine(network);
  for (const [at, logit] of logits.entries()) {
    const { logits: expected } = await engine.run(
      BATCH.inputs.slice(at * SIDE * SIDE, (at + 1) * SIDE * SIDE),
    );
    expect(Math.abs(logit - expected[0]!)).toBeLessThan(1e-4);
  }
});

test.each(Object.keys(NODES))("%s: the gradient is that of finite differences", (name) => {
  const { graph, values } = thawNetwork(build(name));
  const { gradients } = computeGradients(graph, values, BATCH, LOSS);

  // Along its own gradient a tensor's slope is the gradient's norm: large against float32's noise.
  gradients.forEach((gradient, at) => {
    const norm = Math.hypot(...gradient!);
    const reach = 1e-3;
    const lossAt = (sign: number) => {
      const moved = values.with(
        at,
        values[at]!.map((value, i) => value + (sign * reach * gradient![i]!) / norm),
      );
      return computeGradients(graph, moved, BATCH, LOSS).loss;
    };
    expect(norm).toBeGreaterThan(1e-3);
    expect((lossAt(1) - lossAt(-1)) / (2 * reach) / norm).toBeCloseTo(1, 1);
  });
});

test.each(Object.keys(NODES))("%s: as part of a program it gives what it gives alone", (name) => {
  const { graph, values } = thawNetwork(build(name));

  const [whole, single] = [computeGradients, runOperators].map((run) => run(graph, values, BATCH, LOSS));

  expect(whole!.loss).toBeCloseTo(single!.loss, 5);
  single!.gradients.forEach((gradient, at) => {
    gradient!.forEach((value, i) => {
      expect(whole!.gradients[at]![i]).toBeCloseTo(value, 4);
    });
  });
});

test("no operator is left out", () => {
  const tried = new Set(Object.values(NODES).flatMap((nodes) => nodes.map(({ op }) => op)));

  // Signs have no finite differences: signs.real.test.ts.
  expect([...tried, "Gemm", "Sign", "BinaryConv"].toSorted()).toEqual(OPERATORS.toSorted());
});

test("Dropout drops its share, scales the rest, and draws by the seed alone", () => {
  const units = 4000;
  const nodes: GraphNode[] = [
    { op: "Dropout", inputs: [0], rate: 0.25 },
    { op: "Gemm", inputs: [1], weights: 0 },
  ];
  const graph = {
    ...thawNetwork(build("Relu")).graph,
    input: { height: 1, width: units, channels: 1, normalise: { kind: "per-image" } } as const,
    nodes,
    tensors: [{ shape: [units, 1], role: "dense" as const }],
  };
  const values = [new Float32Array(units)];
  const batch = { inputs: new Float32Array(units).fill(1), labels: Uint8Array.of(0) };

  // With a weight of zero and label 0 a weight's gradient is its input times a half.
  const see = (dropoutSeed?: number) => {
    const options = { classWeights: [1, 1], labelSmoothing: 0, dropoutSeed };
    return computeGradients(graph, values, batch, options).gradients[0]!.map((half) => 2 * half);
  };

  const seen = see(5);
  expect(new Set([...seen].map((value) => value.toFixed(4)))).toEqual(new Set(["0.0000", "1.3333"]));
  const dropped = seen.filter((value) => value === 0).length / units;
  expect(Math.abs(dropped - 0.25)).toBeLessThan(0.03); // four deviations
  expect(see(5)).toEqual(seen);
  expect(see(6)).not.toEqual(seen);
  expect(new Set(see())).toEqual(new Set([1]));
});
