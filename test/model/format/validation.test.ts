import { RadliteError } from "@radlite/model/errors";
import {
  encodeNetwork,
  inferShapes,
  LIMITS,
  type Network,
  type NetworkNode,
  open,
  requireSound,
  type WeightTensor,
} from "@radlite/model/format";
import { expect, test } from "vitest";
import { randomNetwork, residualNetwork } from "../networks.ts";

const f32 = (shape: number[], values?: number[]): WeightTensor => {
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from(values ?? new Array(size).fill(0.5)), coding: { kind: "f32" } };
};
const window = {
  kernel: [3, 3] as [number, number],
  strides: [1, 1] as [number, number],
  pads: [1, 1, 1, 1] as const,
};
const conv: NetworkNode = { op: "Conv", inputs: [0], ...window, groups: 1, weights: 0, bias: 1 };

/** Conv 3x3 to 2 channels, average, Gemm to one logit. */
const sound = (): Network => ({
  input: { height: 6, width: 5, channels: 1, normalise: { kind: "per-image" } },
  nodes: [conv, { op: "GlobalAveragePool", inputs: [1] }, { op: "Gemm", inputs: [2], weights: 2 }],
  tensors: [f32([3, 3, 1, 2]), f32([2]), f32([2, 1])],
  labels: ["NORMAL", "PNEUMONIA"],
});

function refusalOf(network: Network): string {
  try {
    encodeNetwork(network);
  } catch (error) {
    if (error instanceof RadliteError && error.code === "BAD_INPUT") return error.message;
    throw error;
  }
  throw new Error("the network was encoded");
}

const replaceNode = (index: number, node: unknown) => (network: Network) => {
  network.nodes[index] = node as NetworkNode;
};
const replaceInput = (change: object) => (network: Network) => {
  network.input = { ...network.input, ...change };
};

test("the network that the cases below spoil is sound", () => {
  expect(encodeNetwork(sound()).length).toBeGreaterThan(80);
});

test.each<[string, (network: Network) => void, string]>([
  ["no nodes", (network) => network.nodes.splice(0), "network has 0 nodes, expected 1 to 4096"],
  [
    "an operator nobody knows",
    replaceNode(1, { op: "Tanh", inputs: [1] }),
    'node 1 is "Tanh", expected one of Conv,',
  ],
  [
    "a node that reads itself",
    replaceNode(1, { op: "Relu", inputs: [2] }),
    "node 1 (Relu) reads value 2, expected one of 0 to 1",
  ],
  ["a node that reads half a value", replaceNode(1, { op: "Relu", inputs: [0.5] }), "reads value 0.5"],
  ["a node without input", replaceNode(1, { op: "Relu", inputs: [] }), "node 1 (Relu) has no input"],
  [
    "an Add of three",
    replaceNode(1, { op: "Add", inputs: [1, 1, 1] }),
    "node 1 (Add) has 3 inputs, expected 2",
  ],
  [
    "an Add of unequal shapes",
    replaceNode(1, { op: "Add", inputs: [1, 0] }),
    "node 1 (Add) combines 6x5x2 and 6x5x1",
  ],
  [
    "a Concat of one",
    replaceNode(1, { op: "Concat", inputs: [1] }),
    "node 1 (Concat) joins 1 values, expected 2 to 64",
  ],
  [
    "groups that do not divide",
    replaceNode(0, { ...conv, groups: 2 }),
    "node 0 (Conv) has 2 groups, expected a divisor of 1 input and 2 output channels",
  ],
  [
    "a kernel of zero",
    replaceNode(0, { ...conv, kernel: [0, 3] }),
    "has a kernel of 0x3, expected sides of 1 to 64",
  ],
  ["a stride of zero", replaceNode(0, { ...conv, strides: [1, 0] }), "has strides [1,0], expected 1 to 64"],
  [
    "negative pads",
    replaceNode(0, { ...conv, pads: [0, -1, 0, 0] }),
    "has pads [0,-1,0,0], expected four of 0 to 255",
  ],
  [
    "a Pad that leaves nothing",
    replaceNode(1, { op: "Pad", inputs: [1], pads: [-64, 0, 3, 0] }),
    "node 1 (Pad) takes away all of 6x5 pixels by pads [-64,0,3,0], expected at least one to be left",
  ],
  [
    "a kernel larger than its input",
    replaceNode(0, { ...conv, kernel: [9, 3], pads: [1, 1, 1, 1] }),
    "would give 0x5 pixels",
  ],
  [
    "pool pads as large as the kernel",
    replaceNode(1, { op: "MaxPool", inputs: [1], ...window, pads: [3, 0, 0, 0] }),
    "expected pads smaller than the kernel",
  ],
  [
    "weights of another shape",
    (network) => network.tensors.splice(0, 1, f32([3, 3, 2, 2])),
    "node 0 (Conv) has weights of shape [3,3,2,2] in tensor 0, expected [3,3,1,2]",
  ],
  [
    "a bias of another length",
    (network) => network.tensors.splice(1, 1, f32([3])),
    "in tensor 1, expected [2]",
  ],
  [
    "a tensor that is not there",
    replaceNode(0, { ...conv, weights: 7 }),
    "names tensor 7, which does not exist",
  ],
  [
    "a tensor used twice",
    replaceNode(2, { op: "Gemm", inputs: [2], weights: 2, bias: 2 }),
    "which node 2 (Gemm) has already",
  ],
  ["a tensor used by nobody", (network) => network.tensors.push(f32([4])), "tensor 3 belongs to no node"],
  [
    "too few values",
    (network) => network.tensors.splice(2, 1, { ...f32([2, 1]), values: new Float32Array(1) }),
    "tensor 2 has 1 values, expected 2x1",
  ],
  [
    "a weight that is not finite",
    (network) => network.tensors.splice(2, 1, f32([2, 1], [1, Number.NaN])),
    "tensor 2 holds NaN at 1, expected finite values",
  ],
  [
    "a coding nobody knows",
    (network) => network.tensors.splice(2, 1, { ...f32([2, 1]), coding: { kind: "f8" } as never }),
    'tensor 2 has coding "f8"',
  ],
  [
    "a coding that does not hold the values",
    (network) => network.tensors.splice(2, 1, { ...f32([2, 1], [0.1, 0]), coding: { kind: "f16" } }),
    "tensor 2 holds 0.10000000149011612 at 0, which float16 cannot hold",
  ],
  ["one label", (network) => network.labels.pop(), "network has 1 labels, expected 2 to 64"],
  ["equal labels", (network) => network.labels.fill("A"), "labels [A,A] repeat"],
  [
    "an endless label",
    (network) => network.labels.fill("A".repeat(65), 1),
    "takes 65 bytes, expected 1 to 64",
  ],
  ["a label of half a character", (network) => network.labels.fill("\ud800", 1), "well-formed UTF-8"],
  [
    "three labels for one logit",
    (network) => network.labels.push("OTHER"),
    "network ends in 1x1x1 = 1 logits for 3 labels",
  ],
  [
    "logits with height and width",
    (network) => network.nodes.splice(1) && network.tensors.pop(),
    "network ends in 6x5x2 = 60 logits",
  ],
  ["an input without width", replaceInput({ width: 0 }), "input is 6x0, expected sides of 1 to 4096"],
  ["an input of two channels", replaceInput({ channels: 2 }), "input has 2 channels, expected 1 or 3"],
  [
    "a mean too many",
    replaceInput({ normalise: { kind: "fixed", order: "rgb", mean: [1, 2], scale: [1] } }),
    "input has 2 numbers as mean, expected 1",
  ],
  [
    "a scale that is no float32",
    replaceInput({ normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [0.1] } }),
    "input's scale is [0.1], expected finite float32",
  ],
  [
    "a normalisation nobody knows",
    replaceInput({ normalise: { kind: "minmax" } }),
    'input is normalised by "minmax"',
  ],
])("%s is a BAD_INPUT that says so", (_, spoil, message) => {
  const network = sound();
  spoil(network);

  expect(refusalOf(network)).toContain(message);
});

test("limits hold where a network goes one beyond them", () => {
  const chain = (length: number): Network => ({
    ...sound(),
    nodes: [
      ...Array.from({ length }, (_, i): NetworkNode => ({ op: "Relu", inputs: [i] })),
      { op: "GlobalAveragePool", inputs: [length] },
    ],
    tensors: [],
  });
  const large = sound();
  large.input = { ...large.input, height: 4096, width: 4096 };
  large.nodes = [
    ...Array.from({ length: 16 }, (_, i): NetworkNode => ({ op: "Relu", inputs: [i] })),
    { op: "GlobalAveragePool", inputs: [16] },
  ];
  large.tensors = [];
  const wide = sound();
  wide.nodes = [
    ...Array.from({ length: 5 }, (_, i): NetworkNode => ({ op: "Concat", inputs: new Array(64).fill(i) })),
  ];

  expect(encodeNetwork(chain(LIMITS.nodes - 1)).length).toBeLessThan(5000);
  expect(refusalOf(chain(LIMITS.nodes))).toContain("4097 nodes, expected 1 to 4096");
  expect(refusalOf(large)).toContain("values in a run, expected at most 268435456");
  expect(refusalOf(wide)).toContain("would give 262144 channels, expected 1 to 65536");
});

test("work is limited, pooling included", () => {
  const huge = {
    kernel: [63, 63] as [number, number],
    strides: [1, 1] as [number, number],
    pads: [31, 31, 31, 31] as const,
  };
  const working = (node: NetworkNode, tensors: WeightTensor[], labels: number): Network => ({
    input: { height: 1024, width: 1024, channels: 1, normalise: { kind: "per-image" } },
    nodes: [{ op: "Concat", inputs: new Array(64).fill(0) }, node, { op: "GlobalAveragePool", inputs: [2] }],
    tensors,
    labels: Array.from({ length: labels }, (_, i) => `label ${i}`),
  });

  const pooling = working({ op: "MaxPool", inputs: [1], ...huge }, [], 64);
  const convolving = working(
    { op: "Conv", inputs: [1], ...huge, groups: 1, weights: 0 },
    [f32([63, 63, 64, 2])],
    2,
  );

  expect(refusalOf(pooling)).toContain("takes 31 seconds of work in a run, expected at most 8.6");
  expect(refusalOf(convolving)).toContain("takes 72 seconds of work in a run, expected at most 8.6");
});

test("what was opened is believed; what was made of it since is not", () => {
  const { network } = open(encodeNetwork(sound()));

  expect(requireSound(network)).toEqual(inferShapes(network));
  expect(() => requireSound({ ...network, labels: ["A"] })).toThrow("network has 1 labels");
});

test("sound networks pass", () => {
  for (let seed = 0; seed < 50; seed++) expect(encodeNetwork(randomNetwork(seed)).length).toBeGreaterThan(20);
  expect(encodeNetwork(residualNetwork(1, "clustered")).length).toBeGreaterThan(1000);
});
