import { expect, test } from "vitest";
import type { Graph, GraphNode } from "../../../training/architectures/graph.ts";
import { foldBatchNorm, freezeGraph } from "../../../training/freeze/freeze.ts";
import { thawNetwork } from "../../../training/freeze/thaw.ts";

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

test("folds a channel at a time: W' = W s, b' = beta + (b - mean) s", () => {
  const folded = foldBatchNorm(Float32Array.of(3, -1, 6, -2), Float32Array.of(10, 20), {
    gamma: VALUES[1]!,
    beta: VALUES[2]!,
    mean: VALUES[3]!,
    variance: VALUES[4]!,
  });

  expect([...folded.weights]).toEqual([3, -1, 6, -2]); // s = 2 / 2 and 1 / 1
  expect([...folded.bias]).toEqual([9.5, 24]);
});

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

test("a BatchNorm over a value that something else reads too is refused, not folded wrongly", () => {
  const graph = makeGraph([CONV, NORM, { op: "Add", inputs: [1, 2] }]);

  expect(() => freezeGraph(graph, VALUES)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
});

test("a BatchNorm without a Conv before it is refused", () => {
  const graph = makeGraph([CONV, { op: "Relu", inputs: [1] }, { ...NORM, inputs: [2] } as GraphNode]);

  expect(() => freezeGraph(graph, VALUES)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
});

test("thawed and frozen again, a folded network is the same", () => {
  const network = freezeGraph(makeGraph([CONV, NORM, { op: "Relu", inputs: [2] }]), VALUES);

  const { graph, values } = thawNetwork(network);

  expect(graph.tensors.map(({ role }) => role)).toEqual(["kernel", "bias"]);
  expect(freezeGraph(graph, values)).toEqual(network);
});
