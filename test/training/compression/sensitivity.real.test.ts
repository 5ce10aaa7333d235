import type { Network } from "@radlite/model/format";
import { tf } from "@radlite/training/fit";
import { freezeGraph, replaceValues } from "@radlite/training/freeze";
import { pruneWeights, scanSensitivity, shareWeights } from "@radlite/training/sensitivity";
import { beforeAll, describe, expect, test } from "vitest";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawUniform, drawValues } from "../networks.ts";

const DATA = drawFitData(8, { steps: 12, batch: 16 });
const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };

let network: Network; // layers 1, 3, 5: 3x3 · 6: the 1x1 shortcut · 10: dense

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 8, stride: 1 },
    body: [{ width: 16, blocks: 1, stride: 2 }],
  });
  const untrained = freezeGraph(graph, drawValues(graph, 41));
  network = (await tuneNetwork(untrained, DATA, { stage: "test", epochs: 4, rate: 0.005 }, CONTEXT)).network;
});

describe("cuts", () => {
  const weights = drawUniform(400, 9);

  test.each([1, 3, 8])("to %d bits: no more values than that, each weight near its own", (bits) => {
    const shared = shareWeights(weights, bits);
    expect(new Set(shared).size).toBeLessThanOrEqual(2 ** bits);
    const farthest = shared.reduce((most, value, at) => Math.max(most, Math.abs(value - weights[at]!)), 0);
    expect(farthest).toBeLessThan(2.1 / 2 ** bits);
  });

  test("zeros stay zero when weights are shared", () => {
    const pruned = pruneWeights(weights, 0.5);
    const shared = shareWeights(pruned, 2);
    pruned.forEach((value, at) => {
      if (value === 0) expect(shared[at]).toBe(0);
    });
    expect(new Set(shared).size).toBeLessThanOrEqual(4);
  });

  test("the smallest weights of a layer go, as many as asked for", () => {
    const pruned = pruneWeights(weights, 0.3);
    const [gone, kept] = [0, 1].map((is) => weights.filter((_, at) => Number(pruned[at] !== 0) === is));
    expect(gone).toHaveLength(120);
    expect(Math.max(...gone!.map(Math.abs))).toBeLessThanOrEqual(Math.min(...kept!.map(Math.abs)));
  });
});

test("a layer at a time: each figure is that of the network with this one layer cut", async () => {
  const { whole, layers } = await scanSensitivity(network, DATA.validation, { bits: [1, 8], rates: [0.9] });

  expect(whole).toEqual(scoreNetwork(network, DATA));
  expect(layers.map(({ layer }) => layer)).toEqual([1, 3, 5, 6, 10]);
  const third = layers[1]!;
  const at = (network.nodes[2] as { weights: number }).weights;
  const values = network.tensors.map((tensor) => tensor.values);
  const cut = replaceValues(network, values.with(at, shareWeights(values[at]!, 1)));
  expect(third.bits[0]!.auc).toBe(scoreNetwork(cut, DATA).auc);
  expect(third.bits[0]!.aucLoss).toBeCloseTo(100 * (whole.auc - third.bits[0]!.auc), 12);
  for (const { bits, rates, weights } of layers) {
    expect(bits[0]!.logitDrift).toBeGreaterThan(bits[1]!.logitDrift);
    if (weights > 100) expect(rates[0]!.logitDrift).toBeGreaterThan(bits[1]!.logitDrift);
  }
});

test("only the layers asked for; one that is not there is refused; it can be stopped; no tensor leaks", async () => {
  const scan = (options: object) =>
    scanSensitivity(network, DATA.validation, { bits: [4], rates: [], ...options });
  const before = tf.memory().numTensors;
  const seen: [number, number][] = [];

  const { layers } = await scan({
    layers: [5],
    onProgress: (...progress: [number, number]) => seen.push(progress),
  });

  expect(layers.map(({ layer, bits }) => [layer, bits.length])).toEqual([[5, 1]]);
  expect(seen).toEqual([[1, 1]]);
  expect(tf.memory().numTensors).toBe(before);
  await expect(scan({ layers: [2] })).rejects.toThrow(/^sensitivity: layers names layer 2, .* allowed: 1, 3/);
  await expect(scan({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
});
