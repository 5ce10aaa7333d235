import { encodeNetwork, type Network, open } from "@radlite/model/format";
import { tf } from "@radlite/training/fit";
import { freezeGraph } from "@radlite/training/freeze";
import { beforeAll, expect, test } from "vitest";
import { createHuffmanStage } from "../../../training/compression/huffman.ts";
import { createQuantiseStage } from "../../../training/compression/quantise.ts";
import { createRangeStage } from "../../../training/compression/range.ts";
import { tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 12, batch: 16 });

let network: Network;

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 8, stride: 1 },
    body: [{ width: 16, blocks: 1, stride: 2 }],
  });
  const untrained = freezeGraph(graph, drawValues(graph, 41));
  network = (await tuneNetwork(untrained, DATA, { stage: "test", epochs: 3, rate: 0.005 }, CONTEXT)).network;
});

const quantise = (bits: number, epochs: number, from = network) =>
  createQuantiseStage({ bits, epochs, rate: 0.003 }).apply(from, DATA, CONTEXT);

test.each([2, 3, 5])("at %d bits a layer's codebook is multiples of one step, in float16", async (bits) => {
  const { network: quantised } = await quantise(bits, 1);

  const shared = quantised.tensors.flatMap(({ coding }) => (coding.kind === "indexed" ? [coding] : []));
  expect(shared.length).toBeGreaterThan(2);
  for (const { codebook } of shared) {
    expect(codebook.length).toBeLessThanOrEqual(2 ** bits);
    const gaps = codebook.slice(1).map((value, at) => value - codebook[at]!);
    const step = Math.min(...gaps);
    for (const value of codebook) {
      const level = value / step;
      expect(Math.abs(level - Math.round(level))).toBeLessThan(0.01 * 2 ** (bits - 1)); // float16 rounds both
      expect(Math.round(level)).toBeGreaterThanOrEqual(-(2 ** (bits - 1)));
      expect(Math.round(level)).toBeLessThan(2 ** (bits - 1));
    }
  }
  expect(open(encodeNetwork(quantised)).network.tensors).toEqual(quantised.tensors);
});

test("layers have their own bits; a pinned one is not rounded, and what was pruned in it stays zero", async () => {
  const own = { layers: [{ layer: 3, bits: 2 }], pinned: [5] };
  const tensorOf = (from: Network, layer: number) =>
    from.tensors[(from.nodes[layer - 1] as { weights: number }).weights]!;
  const pruned: Network = { ...network, tensors: [...network.tensors] };
  const at = (network.nodes[4] as { weights: number }).weights;
  const values = network.tensors[at]!.values.map((value, i) => (i % 3 === 0 ? 0 : value));
  pruned.tensors[at] = { ...network.tensors[at]!, values };

  const { network: quantised } = await createQuantiseStage({
    bits: 4,
    ...own,
    epochs: 1,
    rate: 0.003,
  }).apply(pruned, DATA, CONTEXT);

  expect(new Set(tensorOf(quantised, 3).values).size).toBeLessThanOrEqual(4);
  expect(new Set(tensorOf(quantised, 1).values).size).toBeGreaterThan(4);
  const pinned = tensorOf(quantised, 5);
  expect(pinned.coding).toEqual({ kind: "f16" });
  expect(pinned.values.filter((_, i) => i % 3 === 0).every((value) => value === 0)).toBe(true);
  expect(new Set(pinned.values).size).toBeGreaterThan(16);
});

test("with bits for biases these are multiples of a step too, and range tells every codebook by its step", async () => {
  const quantised = await createQuantiseStage({ bits: 4, biasBits: 6, epochs: 1, rate: 0.003 }).apply(
    network,
    DATA,
    CONTEXT,
  );
  const free = await quantise(4, 1);

  const range = async (from: Network) => (await createRangeStage().apply(from, DATA, CONTEXT)).network;
  const [coded, other] = [await range(quantised.network), await range(free.network)];
  const biases = coded.nodes.flatMap((node) =>
    "bias" in node && node.bias !== undefined ? [node.bias] : [],
  );
  const kinds = biases.map((at) => [coded.tensors[at]!.values.length, coded.tensors[at]!.coding.kind]);

  expect(kinds.filter(([length]) => Number(length) >= 8).every(([, kind]) => kind === "stepped")).toBe(true);
  for (const { coding } of coded.tensors)
    if (coding.kind === "stepped") expect(coding.codebook.length).toBeLessThanOrEqual(64);
  expect(encodeNetwork(coded).length).toBeLessThan(encodeNetwork(other).length);
  expect(open(encodeNetwork(coded)).network.tensors).toEqual(coded.tensors);
});

test("training wins back what rounding to two bits costs", async () => {
  const rounded = await quantise(2, 0);
  const trained = await quantise(2, 6);

  const lost = rounded.report.after!.loss - rounded.report.before!.loss;
  expect(lost).toBeGreaterThan(0.01);
  expect(trained.report.after!.loss).toBeLessThan(rounded.report.before!.loss + 0.5 * lost);
});

test("eight bits change next to nothing", async () => {
  const { report } = await quantise(8, 0);

  expect(report.figures.logitDrift).toBeLessThan(0.05);
});

test("pruned weights stay zero", async () => {
  const tensors = network.tensors.map((tensor) =>
    tensor.shape.length === 4
      ? { ...tensor, values: tensor.values.map((value, at) => (at % 3 === 0 ? 0 : value)) }
      : tensor,
  );

  const { network: quantised } = await quantise(3, 2, { ...network, tensors });

  quantised.tensors.forEach(({ values, shape }) => {
    if (shape.length === 4) expect(values.every((value, at) => at % 3 !== 0 || value === 0)).toBe(true);
  });
});

test("huffman and range follow without changing a value", async () => {
  const { network: quantised } = await quantise(3, 1);

  for (const stage of [createHuffmanStage(), createRangeStage()]) {
    const { network: coded, report } = await stage.apply(quantised, DATA, CONTEXT);
    expect(open(encodeNetwork(coded)).network.tensors.map(({ values }) => values)).toEqual(
      quantised.tensors.map(({ values }) => values),
    );
    expect(report.bytesAfter).toBeLessThan(report.bytesBefore);
  }
});

test("applied twice it gives the same bytes, and leaks no tensor", async () => {
  const first = await quantise(3, 1);
  const before = tf.memory().numTensors;

  const second = await quantise(3, 1);

  expect(encodeNetwork(second.network)).toEqual(encodeNetwork(first.network));
  expect(tf.memory().numTensors).toBe(before);
});
