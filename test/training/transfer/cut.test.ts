import {
  buildArchitecture,
  type Graph,
  listTensors,
  type PublishedFamily,
} from "@radlite/training/architectures";
import { limitLearning } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { cutFrozen } from "../../../training/transfer/cut.ts";
import { buildFitting } from "../weights/fixtures.ts";

function freeze(family: PublishedFamily, freezeUntil: string, dropout?: number): Graph {
  const graph = buildFitting(family, 1, 1 / 8);
  const base = graph.layers!.filter((layer) => !layer.startsWith("head_"));
  const limited = limitLearning(graph, base, { freezeUntil, rateShare: 1 });
  if (dropout === undefined) return limited;
  const nodes = limited.nodes.with(-1, { op: "Dropout", inputs: [limited.nodes.length - 1], rate: dropout });
  return { ...limited, nodes };
}

/** The layer whose value is the features. */
const lastLayer = (graph: Graph) => graph.layers![cutFrozen(graph)!.front.nodes.length - 1];

test("a wholly frozen base is cut behind its average: the head alone is left", () => {
  const graph = freeze("mobilenet", "conv_pw_13_relu");

  const { rear, numbers } = cutFrozen(graph)!;

  expect(rear.nodes).toEqual([{ op: "Gemm", inputs: [0], weights: 0, bias: 1 }]);
  expect(rear.tensors.map(({ shape }) => shape)).toEqual([[128, 1], [1]]);
  expect(numbers).toEqual(listTensors(graph.nodes.at(-1)!));
});

test("activations and pooling behind the last frozen layer go with it, dropout does not", () => {
  expect(lastLayer(freeze("mobilenet", "conv_pw_3_bn"))).toBe("conv_pw_3_relu");
  expect(lastLayer(freeze("vgg16", "block1_conv2"))).toBe("block1_pool");
  const thinned = freeze("vgg16", "block5_conv3", 0.5);
  expect(cutFrozen(thinned)!.rear.nodes).toEqual([{ op: "Dropout", inputs: [0], rate: 0.5 }]);
});

test("branches are not cut through: a module that is frozen in part learns from its start", () => {
  const graph = buildSqueezenet("fire3/expand1x1");

  const { front, rear } = cutFrozen(graph)!;

  // fire3's squeezed value is read by both expansions, the last value that everything behind follows from.
  expect(graph.layers![front.nodes.length - 1]).toBe("fire3/relu_squeeze1x1");
  expect(rear.nodes.filter(({ inputs }) => inputs[0] === 0)).toHaveLength(2);
});

test("front and rear have the whole graph's nodes, and tensors keep shape and share", () => {
  const graph = freeze("mobilenet", "conv_pw_5_relu");

  const { front, rear, numbers } = cutFrozen(graph)!;

  expect([...front.nodes, ...rear.nodes].map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op));
  const behind = graph.nodes.slice(front.nodes.length);
  expect(rear.nodes.map((node) => listTensors(node).map((tensor) => numbers[tensor]))).toEqual(
    behind.map(listTensors),
  );
  expect(rear.tensors).toEqual(numbers.map((number) => graph.tensors[number]));
});

test("a graph that learns from its first layer on is not cut", () => {
  expect(cutFrozen(buildFitting("mobilenet"))).toBeUndefined();
});

function buildSqueezenet(freezeUntil: string): Graph {
  const input = { height: 48, width: 48, channels: 1, normalise: { kind: "per-image" } } as const;
  const head = { hidden: [], dropout: 0 };
  const graph = buildArchitecture({ family: "squeezenet", width: 1 / 8, head }, input, [
    "NORMAL",
    "PNEUMONIA",
  ]);
  const base = graph.layers!.filter((layer) => !layer.startsWith("head_"));
  return limitLearning(graph, base, { freezeUntil, rateShare: 1 });
}
