import type { Graph, GraphNode } from "@radlite/training/architectures";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";

const CONV: Extract<GraphNode, { op: "Conv" }> = {
  op: "Conv",
  inputs: [0],
  kernel: [1, 1],
  strides: [1, 1],
  pads: [0, 0, 0, 0],
  groups: 1,
  weights: 0,
};
const NORM: GraphNode = { op: "BatchNorm", inputs: [1], gamma: 1, beta: 2, mean: 3, variance: 4 };

function makeGraph(nodes: GraphNode[]): Graph {
  return {
    input: { height: 2, width: 2, channels: 1, normalise: { kind: "per-image" } },
    nodes,
    tensors: [
      { shape: [1, 1, 1, 2], role: "kernel" },
      ...(["gamma", "beta", "mean", "variance"] as const).map((role) => ({ shape: [2], role })),
    ],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

const VALUES = [
  [3, -1],
  [2, 1],
  [0.5, 0],
  [1, -4],
  [4 - 1e-5, 1 - 1e-5],
].map((list) => Float32Array.from(list));

test("the BatchNorm is gone, the Conv has a bias, later nodes read the renumbered value", () => {
  const graph = makeGraph([CONV, NORM, { op: "Relu", inputs: [2] }, { op: "Add", inputs: [2, 3] }]);

  const { nodes, tensors } = freezeGraph(graph, VALUES);

  expect(nodes).toEqual([
    { ...CONV, weights: 0, bias: 1 },
    { op: "Relu", inputs: [1] },
    { op: "Add", inputs: [1, 2] },
  ]);
  expect(tensors.map(({ shape }) => shape)).toEqual([[1, 1, 1, 2], [2]]);
  expect([...tensors[1]!.values]).toEqual([-0.5, 4]);
});

test("a BatchNorm over a value that something else reads too becomes a layer of its own", () => {
  const graph = makeGraph([CONV, NORM, { op: "Add", inputs: [1, 2] }]);

  const { nodes, tensors } = freezeGraph(graph, VALUES);

  expect(nodes).toMatchObject([
    { op: "Conv", weights: 0 },
    { op: "DepthwiseConv", inputs: [1], kernel: [1, 1], pads: [0, 0, 0, 0], weights: 1, bias: 2 },
    { op: "Add", inputs: [1, 2] },
  ]);
  expect([...tensors[0]!.values]).toEqual([3, -1]);
  expect(tensors[1]).toMatchObject({ shape: [1, 1, 2, 1] });
  expect([...tensors[1]!.values]).toEqual([1, 1]); // 2 / sqrt(4), 1 / sqrt(1)
  expect([...tensors[2]!.values]).toEqual([-0.5, 4]); // beta - mean s
});

test("a BatchNorm without weights before it becomes a layer of its own", () => {
  const graph = makeGraph([CONV, { op: "Relu", inputs: [1] }, { ...NORM, inputs: [2] } as GraphNode]);

  const { nodes } = freezeGraph(graph, VALUES);

  expect(nodes.map(({ op }) => op)).toEqual(["Conv", "Relu", "DepthwiseConv"]);
});

test("folds by the epsilon that the BatchNorm names", () => {
  const graph = makeGraph([CONV, { ...NORM, epsilon: 5 + 1e-5 } as GraphNode]); // sqrt(9), sqrt(6)

  const [weights] = freezeGraph(graph, VALUES).tensors;

  expect(weights!.values[0]).toBeCloseTo((3 * 2) / 3, 6);
  expect(weights!.values[1]).toBeCloseTo(-1 / Math.sqrt(6), 6);
});

test("a BatchNorm without gamma folds as one of ones", () => {
  const { gamma: _, ...plain } = NORM as Extract<GraphNode, { op: "BatchNorm" }>;
  const ones = [VALUES[0]!, Float32Array.of(1, 1), ...VALUES.slice(2)];

  const folded = freezeGraph(makeGraph([CONV, plain]), VALUES);

  expect(folded).toEqual(freezeGraph(makeGraph([CONV, NORM]), ones));
});

test("a convolution's factor goes into its weights and its bias, and into what a BatchNorm makes of them", () => {
  const scaled: GraphNode = { ...CONV, bias: 2, factor: 0.25 };

  const [weights, bias] = freezeGraph(makeGraph([scaled]), VALUES).tensors;
  const normal = freezeGraph(makeGraph([scaled, NORM]), VALUES);

  expect([...weights!.values]).toEqual([0.75, -0.25]);
  expect([...bias!.values]).toEqual([0.125, 0]);
  expect(normal.nodes).toEqual([{ ...CONV, weights: 0, bias: 1 }]);
  expect([...normal.tensors[0]!.values]).toEqual([0.75, -0.25]); // s = 2 / 2 and 1 / 1
  expect([...normal.tensors[1]!.values]).toEqual([0.5 + 0.125 - 1, 0 + 0 + 4]);
});

test("a depthwise kernel is folded by its own channel", () => {
  const depthwise: GraphNode = {
    op: "DepthwiseConv",
    inputs: [1],
    kernel: [1, 2],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    weights: 5,
  };
  const graph = makeGraph([CONV, depthwise, { ...NORM, inputs: [2] } as GraphNode]);
  graph.tensors.push({ shape: [1, 2, 2, 1], role: "depthwise" });
  const values = VALUES.with(1, Float32Array.of(2, 3)); // s = 1 and 3

  const { nodes, tensors } = freezeGraph(graph, [...values, Float32Array.of(1, 2, 3, 4)]);

  expect(nodes).toHaveLength(2);
  expect([...tensors[1]!.values]).toEqual([1, 6, 3, 12]);
});

test("Dropout is gone, what reads it reads what went in", () => {
  const graph = makeGraph([CONV, { op: "Dropout", inputs: [1], rate: 0.5 }, { op: "Relu", inputs: [2] }]);

  expect(freezeGraph(graph, VALUES).nodes).toMatchObject([{ op: "Conv" }, { op: "Relu", inputs: [1] }]);
});

test("thawed and frozen again, a folded network is the same", () => {
  const network = freezeGraph(makeGraph([CONV, NORM, { op: "Relu", inputs: [2] }]), VALUES);

  const { graph, values } = thawNetwork(network);

  expect(graph.tensors.map(({ role }) => role)).toEqual(["kernel", "bias"]);
  expect(freezeGraph(graph, values)).toEqual(network);
});
