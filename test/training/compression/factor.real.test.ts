import { loadEngine } from "@radlite/model/engine";
import { countMacs, countParameters, encodeNetwork, type Network, open } from "@radlite/model/format";
import { computeLogits, type Progress, tf } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { parseRecipe } from "@radlite/training/recipes";
import { beforeAll, describe, expect, test } from "vitest";
import { createFactorStage, type FactorStageOptions } from "../../../training/compression/factor.ts";
import { createStage } from "../../../training/compression/index.ts";
import { summariseStage } from "../../../training/compression/layers.ts";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 6, batch: 16 });
const OPTIONS: FactorStageOptions = {
  ranks: { kind: "energy", share: 0.6 },
  metric: "weights",
  layers: [],
  pinned: [],
  dense: "svd",
  pointwise: "svd",
  spatial: "tucker",
  algorithm: "randomised",
  sweeps: 1,
  seed: 1,
  epochs: 0,
  rate: 0.003,
};

let network: Network; // layers 1, 3, 5: 3x3 · 6: the 1x1 shortcut · 10: dense

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 8, stride: 1 },
    body: [{ width: 16, blocks: 1, stride: 2 }],
  });
  const start = freezeGraph(graph, drawValues(graph, 41));
  const tuned = await tuneNetwork(start, DATA, { stage: "fit", epochs: 8, rate: 0.01 }, CONTEXT);
  network = tuned.network;
});

function apply(options: Partial<FactorStageOptions>, onProgress?: (progress: Progress) => void) {
  return createFactorStage({ ...OPTIONS, ...options }).apply(network, DATA, { ...CONTEXT, onProgress });
}

test("what the report says is what the networks and their files hold", async () => {
  const { network: factored, report, factored: reports } = await apply({});

  const { figures, layers } = report;
  expect(figures).toEqual({
    parametersBefore: countParameters(network).total,
    parametersAfter: countParameters(factored).total,
    macsBefore: countMacs(network).total,
    macsAfter: countMacs(factored).total,
  });
  expect(report.bytesBefore).toBe(encodeNetwork(network).length);
  expect(report.bytesAfter).toBe(encodeNetwork(factored).length);
  expect(layers.reduce((sum, { weights }) => sum + weights, 0)).toBe(figures.parametersAfter);
  const sum = (of: (report: (typeof reports)[number]) => number) =>
    reports.reduce((total, one) => total + of(one), 0);
  expect(sum(({ before }) => before.macs)).toBe(figures.macsBefore);
  expect(sum(({ after }) => after.macs)).toBe(figures.macsAfter);
  expect(sum(({ before, after }) => before.weights - after.weights)).toBe(
    figures.parametersBefore! - figures.parametersAfter!,
  );
  expect(figures.macsAfter).toBeLessThan(figures.macsBefore!);
  expect(summariseStage(report)).toMatchObject({
    macsAfter: figures.macsAfter,
    bytesAfter: report.bytesAfter,
  });
});

test("layers that it would not pay to factor are kept, and the report says why", async () => {
  const notes: string[] = [];
  const { factored } = await apply(
    { pinned: [5], pointwise: "keep", layers: [{ layer: 1, ranks: [1, 5] }] },
    (progress) => {
      if (progress.kind === "note") notes.push(progress.text);
    },
  );

  const reasons = factored.map(({ layer, reason }) => [layer, reason]);
  expect(reasons).toEqual([
    [1, "at rank 5 it would take 85 weights and 5440 multiply-accumulates, whole 72 and 4608"],
    [3, undefined],
    [5, "it is pinned"],
    [6, "pointwise layers are left alone"],
    [10, "it needs its full rank"],
  ]);
  const [, third] = factored;
  expect(third!.relativeError).toBeGreaterThan(0.1);
  expect(third!.relativeError).toBeLessThan(Math.sqrt(1 - 0.6) * 1.02);
  expect(notes).toContain("factor: layer 5 is kept: it is pinned");
  expect(notes.find((note) => note.startsWith("factor: layer 3 to ranks"))).toMatch(
    /[\d.]+ times fewer multiply-accumulates, [\d.]+% off$/,
  );
});

test("ranks that are given are used", async () => {
  const layers = [
    { layer: 3, ranks: [4, 6] },
    { layer: 6, ranks: [3] },
  ];

  const { network: cut, factored } = await apply({ layers, spatial: "keep" });

  const shapes = cut.tensors.map(({ shape }) => shape.join("x"));
  expect(shapes).toEqual(expect.arrayContaining(["1x1x8x4", "3x3x4x6", "1x1x6x16", "1x1x8x3", "1x1x3x16"]));
  expect(factored.filter(({ reason }) => !reason).map(({ ranks }) => ranks)).toEqual([
    [4, 6],
    [8, 3],
  ]);
});

test("cut by their answers, layers change less of what the network says than cut by their weights", async () => {
  const { validation } = DATA;
  const answer = ({ graph, values }: ReturnType<typeof thawNetwork>) =>
    computeLogits(graph, values, validation);
  const target = answer(thawNetwork(network));
  const layers = [
    { layer: 3, ranks: [5, 6] },
    { layer: 5, ranks: [6, 6] },
    { layer: 6, ranks: [3] },
  ];

  const drift = async (metric: "outputs" | "weights") => {
    const { network: factored } = await apply({ metric, layers });
    return Math.hypot(...answer(thawNetwork(factored)).map((logit, at) => logit - target[at]!));
  };

  expect(await drift("outputs")).toBeLessThan(0.8 * (await drift("weights")));
});

test("fine-tuning brings back what the cut cost, on the sealed network as in TensorFlow", async () => {
  const plain = await apply({});
  const tuned = await apply({ epochs: 4 });

  expect(plain.report.after!.loss).toBeGreaterThan(plain.report.before!.loss);
  expect(tuned.report.after!.loss).toBeLessThan(plain.report.after!.loss);
  expect(scoreNetwork(tuned.network, DATA)).toEqual(tuned.report.after);
  const { graph, values } = thawNetwork(tuned.network);
  const engine = await loadEngine(open(encodeNetwork(tuned.network)).network);
  for (const [at, expected] of computeLogits(graph, values, DATA.validation).slice(0, 5).entries()) {
    const { logits } = await engine.run(DATA.validation.inputs.slice(64 * at, 64 * (at + 1)));
    expect(Math.abs(logits[0]! - expected)).toBeLessThan(1e-4);
  }
});

test("a network that nothing can be cut of comes back as it was, without training", async () => {
  const { network: same, report } = await apply({ ranks: { kind: "energy", share: 1 }, epochs: 5 });

  expect(same).toBe(network);
  expect(report.figures.macsAfter).toBe(report.figures.macsBefore);
  expect(report.after).toEqual(report.before);
});

test("applied twice it gives the same bytes; another seed gives others; no tensor is leaked", async () => {
  const first = encodeNetwork((await apply({ epochs: 1 })).network);
  const tensors = tf.memory().numTensors;

  const second = encodeNetwork((await apply({ epochs: 1 })).network);

  expect(tf.memory().numTensors).toBe(tensors);
  expect(second).toEqual(first);
  expect(encodeNetwork((await apply({ epochs: 1, seed: 2 })).network)).not.toEqual(first);
});

describe("what cannot be is refused", () => {
  test.each([
    ["a layer that is not there", { pinned: [40] }, /pinned names layer 40, .*allowed: 1, 3, 5, 6, 10,/],
    [
      "a layer without weights",
      { layers: [{ layer: 2, ranks: [1, 1] }] },
      /layers names layer 2, .*allowed: 1, 3, 5/,
    ],
    [
      "a rank of zero",
      { layers: [{ layer: 3, ranks: [0, 4] }] },
      /layer 3 cannot have the ranks \[0, 4\]; allowed: 1 to 8 for its inputs and 1 to 16/,
    ],
    [
      "a rank beyond the channels",
      { layers: [{ layer: 6, ranks: [9] }] },
      /\[9\]; allowed: 1 to 8 for its outputs/,
    ],
    [
      "a layer pinned and cut",
      { pinned: [3], layers: [{ layer: 3, ranks: [2, 2] }] },
      /layer 3 is named twice/,
    ],
  ] as const)("%s", async (_, options, message) => {
    await expect(apply(options)).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(message),
    });
  });
});

test("a recipe's stages compose: factor, cluster, huffman", async () => {
  const { stages } = parseRecipe(
    `name: tiny
description: Three stages.
architecture: { family: residual, stem: { width: 8 }, body: [{ width: 16 }] }
input: { size: 16 }
fit: { epochs: 1 }
stages:
  - { name: factor, ranks: energy:0.6, metric: weights, algorithm: randomised, epochs: 2, rate: 0.003 }
  - { name: cluster, bits: 4, epochs: 1 }
  - { name: huffman }
`,
    "tiny.yaml",
  );
  let compressed = network;
  const bytes = [encodeNetwork(network).length];
  const stageOptions = [];

  for (const recipe of stages) {
    const stage = createStage(recipe);
    const result = await stage.apply(compressed, DATA, CONTEXT);
    compressed = result.network;
    bytes.push(result.report.bytesAfter);
    stageOptions.push(stage.options);
  }

  expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
  expect(new Set(bytes).size).toBe(4);
  expect(open(encodeNetwork(compressed)).network).toEqual(compressed);
  expect(compressed.tensors.map(({ coding }) => coding.kind)).toContain("clustered");
  expect(countMacs(compressed).total).toBeLessThan(countMacs(network).total);
  expect(scoreNetwork(compressed, DATA).auc).toBeGreaterThan(0.9);
  expect(stageOptions[0]).toEqual({ ...OPTIONS, ranks: "energy:0.6", sweeps: 0, epochs: 2 });
});
