import { loadEngine } from "@radlite/model/engine";
import {
  countMacs,
  countParameters,
  encodeNetwork,
  type Network,
  validateNetwork,
} from "@radlite/model/format";
import { expect, test } from "vitest";
import { mapChannels } from "../../../../training/compression/pruning/channels.ts";
import { createFilterPruner } from "../../../../training/compression/pruning/filters.ts";
import {
  createGraph,
  createNumbers,
  GREY_64,
  randomNetwork,
  residualNetwork,
} from "../../../model/networks.ts";

interface Pruned {
  /** All its weights as they were, but for the filters and biases that were masked. */
  masked: Network;
  /** The same without them. */
  smaller: Network;
  skipped: { layer: number; reason: string }[];
}

function prune(
  network: Network,
  share: number,
  { scope = "layer", pinned = [] }: { scope?: "layer" | "global"; pinned?: number[] } = {},
): Pruned {
  const pruner = createFilterPruner(network, { scope, pinned });
  const values = network.tensors.map((tensor) => tensor.values.slice());
  pruner.grow(values, share);
  pruner.project(values);
  const tensors = network.tensors.map(({ shape }, at) => ({
    shape,
    values: values[at]!,
    coding: { kind: "f32" as const },
  }));
  const masked = { ...network, tensors };
  const { network: smaller, skipped } = pruner.finish(masked);
  return { masked, smaller, skipped };
}

async function answer(network: Network, input: Float32Array): Promise<number[]> {
  const { logits } = await (await loadEngine(network)).run(input);
  return [...logits];
}

function drawInput({ input: { height, width, channels } }: Network, seed: number): Float32Array {
  return createNumbers(seed).floats(height * width * channels, 2);
}

test("without the filters the network answers as with zeros in their place, over all operators, and is smaller", async () => {
  let removed = 0;
  for (let seed = 0; seed < 150; seed++) {
    const network = randomNetwork(seed);
    const { masked, smaller } = prune(network, 0.5, { scope: seed % 2 ? "global" : "layer" });

    validateNetwork(smaller);
    const input = drawInput(network, seed);
    const [expected, actual] = [await answer(masked, input), await answer(smaller, input)];
    const scale = Math.max(1, ...expected.map(Math.abs));
    expected.forEach((logit, at) => {
      expect(Math.abs(actual[at]! - logit) / scale).toBeLessThan(1e-5);
    });
    expect(smaller.nodes).toEqual(network.nodes);
    const isSmaller = countParameters(smaller).total < countParameters(network).total;
    const isMasked = masked.tensors.some(({ values }, at) =>
      values.some((value, i) => value !== network.tensors[at]!.values[i]),
    );
    if (isMasked) expect(isSmaller).toBe(true);
    if (isSmaller) removed++;
  }
  expect(removed).toBeGreaterThan(60);
}, 60_000);

test("half the filters of a residual network leave about a quarter of its weights and work", async () => {
  const network = residualNetwork(9);
  const { masked, smaller } = prune(network, 0.5);
  const input = drawInput(network, 3);

  const [expected, actual] = [await answer(masked, input), await answer(smaller, input)];
  expect(Math.abs(actual[0]! - expected[0]!)).toBeLessThan(1e-5);
  expect(countParameters(smaller).total / countParameters(network).total).toBeCloseTo(0.25, 1);
  expect(countMacs(smaller).total / countMacs(network).total).toBeCloseTo(0.25, 1);
  expect(encodeNetwork(smaller).length).toBeLessThan(0.3 * encodeNetwork(masked).length);
});

test("all branches of a residual sum lose the same channels", () => {
  const network = residualNetwork(9);
  const { smaller } = prune(network, 0.5);

  network.nodes.forEach((node, at) => {
    if (node.op !== "Add") return;
    const widths = node.inputs.map((value) => channelsOf(smaller, value));
    expect(widths[0]).toBe(widths[1]);
    expect(channelsOf(smaller, at + 1)).toBe(channelsOf(network, at + 1) / 2);
  });
  expect(smaller.nodes.filter(({ op }) => op === "Add").length).toBe(4);
});

/** The channels of a value, by the Conv that it comes from. */
function channelsOf(network: Network, value: number): number {
  const node = network.nodes[value - 1]!;
  return "weights" in node
    ? network.tensors[node.weights]!.shape.at(-1)!
    : channelsOf(network, node.inputs[0]!);
}

test("the smallest filters go, by the mean of their weights over all that make a channel", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 1, width: 1 }, ["a", "b"]);
  const first = graph.tensor([1, 3]);
  const second = graph.tensor([1, 3]);
  const last = graph.tensor([3, 1]);
  graph.add({ op: "Gemm", inputs: [0], weights: first });
  graph.add({ op: "Gemm", inputs: [0], weights: second });
  graph.add({ op: "Add", inputs: [1, 2] });
  graph.add({ op: "Gemm", inputs: [3], weights: last });
  graph.network.tensors[first]!.values.set([5, -1, 1]);
  graph.network.tensors[second]!.values.set([0, -3, 2]); // means 2.5, 2, 1.5
  graph.network.tensors[last]!.values.set([10, 20, 30]);

  const { smaller } = prune(graph.network, 2 / 3);

  expect(smaller.tensors.map(({ shape, values }) => [shape, [...values]])).toEqual([
    [[1, 1], [5]],
    [[1, 1], [0]],
    [[1, 1], [10]],
  ]);
});

test("a Gemm over a map loses the rows of a channel at every pixel", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 1, width: 2 }, ["a", "b"]);
  const window = { kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] } as const;
  const conv = graph.tensor([1, 1, 1, 2]);
  const gemm = graph.tensor([4, 1]);
  graph.add({
    op: "Conv",
    inputs: [0],
    ...structuredClone(window),
    kernel: [1, 1],
    strides: [1, 1],
    groups: 1,
    weights: conv,
  });
  graph.add({ op: "Gemm", inputs: [1], weights: gemm });
  graph.network.tensors[conv]!.values.set([0.1, 3]);
  graph.network.tensors[gemm]!.values.set([1, 2, 3, 4]); // pixel 0: channels 0 and 1, then pixel 1

  const { smaller } = prune(graph.network, 0.5);

  expect([...smaller.tensors[1]!.values]).toEqual([2, 4]);
});

test("one filter of every layer stays, whatever is asked for", () => {
  for (const scope of ["layer", "global"] as const) {
    const { smaller } = prune(residualNetwork(2), 1, { scope });

    for (const node of smaller.nodes) {
      if ("weights" in node) expect(smaller.tensors[node.weights]!.shape.at(-1)).toBe(1);
    }
    validateNetwork(smaller);
  }
});

test("a pinned layer keeps its filters and what they read, and says so of those that it holds", () => {
  const network = residualNetwork(2);
  const pinned = 5; // the outer convolution of the first block, which reads layer 3 and is added to layer 1's

  const { smaller, skipped } = prune(network, 0.5, { pinned: [pinned] });

  const shapeOf = ({ nodes, tensors }: Network) =>
    tensors[(nodes[pinned - 1] as { weights: number }).weights]!.shape;
  expect(shapeOf(smaller)).toEqual(shapeOf(network));
  const reason = "layer 5, which is pinned, makes or reads their channels";
  expect(skipped).toEqual([
    { layer: 1, reason },
    { layer: 3, reason },
    { layer: network.nodes.length, reason: "they are the network's answer" },
  ]);
  expect(countParameters(smaller).total).toBeLessThan(countParameters(network).total);
});

test.each([
  ["Sigmoid", "their channels would not be zero without them"],
  ["Softmax", "a softmax weighs their channels"],
] as const)("filters behind which a %s lies stay: %s", (op, reason) => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 1, width: 1 }, ["a", "b"]);
  graph.add({ op: "Gemm", inputs: [0], weights: graph.tensor([1, 4]) });
  graph.add({ op, inputs: [1] });
  graph.add({ op: "Gemm", inputs: [2], weights: graph.tensor([4, 1]) });

  const { classes } = mapChannels(graph.network, []);

  expect(classes.map(({ locked }) => locked)).toEqual([
    ...new Array(4).fill(reason),
    "they are the network's answer",
  ]);
});

test("a gate of squeeze and excite goes with the channel that it closes", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 2, width: 2 }, ["a", "b"]);
  const window = { kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], groups: 1 } as const;
  const conv = (inputs: [number], shape: number[]) =>
    graph.add({
      op: "Conv",
      inputs,
      ...window,
      kernel: [1, 1],
      strides: [1, 1],
      weights: graph.tensor(shape),
    });
  conv([0], [1, 1, 1, 6]);
  graph.add({ op: "GlobalAveragePool", inputs: [1] });
  conv([2], [1, 1, 6, 6]);
  graph.add({ op: "Sigmoid", inputs: [3] });
  graph.add({ op: "Mul", inputs: [1, 4] });
  graph.add({ op: "Gemm", inputs: [5], weights: graph.tensor([24, 1]) });

  const { smaller } = prune(graph.network, 0.5);

  expect(smaller.tensors.map(({ shape }) => shape)).toEqual([
    [1, 1, 1, 3],
    [1, 1, 3, 3],
    [12, 1],
  ]);
});
