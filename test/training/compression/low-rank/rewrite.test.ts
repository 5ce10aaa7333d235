import { loadEngine } from "@radlite/model/engine";
import { countMacs, encodeNetwork, type Network, open } from "@radlite/model/format";
import { describe, expect, test } from "vitest";
import { factoriseKernel } from "../../../../training/compression/low-rank/factors.ts";
import type { Ranks } from "../../../../training/compression/low-rank/hosvd.ts";
import { countCost, listFactorableLayers } from "../../../../training/compression/low-rank/layer.ts";
import { type FactoredLayer, replaceLayers } from "../../../../training/compression/low-rank/rewrite.ts";
import { drawUniform } from "../../networks.ts";
import { composeFactors } from "./matrices.ts";
import { buildEveryKind } from "./networks.ts";

const NETWORK = buildEveryKind();

/** Ranks of the modes that are cut, by layer. */
const CUTS: Record<string, Record<number, Ranks>> = {
  "in both modes": { 1: { input: 1, output: 3 }, 3: { input: 4, output: 5 }, 9: { input: 5, output: 4 } },
  "in the inputs": { 3: { input: 3 }, 9: { input: 7 } },
  "in the outputs": { 1: { output: 2 }, 3: { output: 6 }, 9: { output: 1 } },
  "of one tap": { 4: { output: 3 }, 8: { output: 4 }, 11: { output: 6 }, 13: { output: 1 } },
};

function factor(network: Network, cuts: Record<number, Ranks>): FactoredLayer[] {
  return listFactorableLayers(network).flatMap((layer) => {
    const ranks = cuts[layer.layer];
    if (!ranks) return [];
    return [
      { ...layer, factors: factoriseKernel(layer.kernel, ranks, { algorithm: "exact", seed: 1, sweeps: 1 }) },
    ];
  });
}

/** The network that the chains should answer like: the products of the factors in the layers' places. */
function composeLayers(network: Network, layers: readonly FactoredLayer[]): Network {
  const tensors = [...network.tensors];
  for (const { node, kernel, factors } of layers) {
    tensors[node.weights] = { ...tensors[node.weights]!, values: composeFactors(kernel.shape, factors) };
  }
  return { ...network, tensors };
}

async function answer(network: Network): Promise<number[]> {
  const engine = await loadEngine(open(encodeNetwork(network)).network);
  const images = [1, 2, 3].map((seed) => drawUniform(144, seed, -2, 2));
  const outputs = await Promise.all(images.map((image) => engine.run(image)));
  return outputs.map(({ logits }) => logits[0]!);
}

describe.each([
  ...Object.entries(CUTS),
  [
    "everywhere at once",
    { ...CUTS["in the outputs"], ...CUTS["of one tap"], ...CUTS["in both modes"] },
  ] as const,
])("layers cut %s", (_, cuts) => {
  const layers = factor(NETWORK, cuts);
  const replaced = replaceLayers(NETWORK, layers);

  test("answer in the engine as the composed weights do", async () => {
    const [factored, composed, whole] = [
      await answer(replaced),
      await answer(composeLayers(NETWORK, layers)),
      await answer(NETWORK),
    ];

    factored.forEach((logit, at) => {
      expect(Math.abs(logit - composed[at]!)).toBeLessThan(1e-4);
    });
    expect(Math.max(...factored.map((logit, at) => Math.abs(logit - whole[at]!)))).toBeGreaterThan(1e-3);
  });

  test("cost what was said beforehand", () => {
    const costs = new Map(layers.map((layer) => [layer.layer, countCost(layer, cuts[layer.layer]!)]));
    const { perNode } = countMacs(NETWORK);
    const expected = perNode.reduce((sum, macs, at) => sum + (costs.get(at + 1)?.macs ?? macs), 0);
    const saved = layers.reduce(
      (sum, layer) => sum + layer.kernel.values.length - costs.get(layer.layer)!.weights,
      0,
    );
    const count = ({ tensors }: Network) => tensors.reduce((sum, { values }) => sum + values.length, 0);

    expect(countMacs(replaced).total).toBe(expected);
    expect(count(replaced)).toBe(count(NETWORK) - saved);
  });
});

test("at full rank nothing changes but rounding", async () => {
  const full = {
    3: { input: 8, output: 10 },
    8: { output: 10 },
    9: { input: 12, output: 9 },
    11: { output: 20 },
  };

  const [factored, whole] = [
    await answer(replaceLayers(NETWORK, factor(NETWORK, full))),
    await answer(NETWORK),
  ];

  factored.forEach((logit, at) => {
    expect(Math.abs(logit - whole[at]!) / Math.abs(whole[at]!)).toBeLessThan(1e-5);
  });
});

test("with no layer to replace it is the same file", () => {
  expect(encodeNetwork(replaceLayers(NETWORK, []))).toEqual(encodeNetwork(NETWORK));
});

test("depthwise and grouped convolutions are no layers to factor", () => {
  expect(listFactorableLayers(NETWORK).map(({ layer, kind }) => [layer, kind])).toEqual([
    [1, "spatial"],
    [3, "spatial"],
    [4, "pointwise"],
    [8, "pointwise"],
    [9, "spatial"],
    [11, "dense"],
    [13, "dense"],
  ]);
});
