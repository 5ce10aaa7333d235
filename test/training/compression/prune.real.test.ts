import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, type Network, open, recodeNetwork } from "@radlite/model/format";
import { computeLogits, tf } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { beforeAll, describe, expect, test } from "vitest";
import { createClusterStage } from "../../../training/compression/cluster.ts";
import { createStage } from "../../../training/compression/index.ts";
import { summariseStage } from "../../../training/compression/layers.ts";
import { createPruneStage, type PruneOptions } from "../../../training/compression/prune.ts";
import { createRangeStage } from "../../../training/compression/range.ts";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 12, batch: 16 });
const OPTIONS: PruneOptions = {
  unit: "weight",
  sparsity: 0.8,
  scope: "layer",
  pinned: [],
  epochs: 4,
  ramp: 0.5,
  rate: 0.003,
};

let network: Network; // layers 1, 3, 5: 3x3 · 6: the 1x1 shortcut · 10: dense

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 8, stride: 1 },
    body: [{ width: 16, blocks: 1, stride: 2 }],
  });
  const start = freezeGraph(graph, drawValues(graph, 41));
  network = (await tuneNetwork(start, DATA, { stage: "fit", epochs: 6, rate: 0.01 }, CONTEXT)).network;
});

const prune = (options: Partial<PruneOptions> = {}, from = network) =>
  createPruneStage({ ...OPTIONS, ...options }).apply(from, DATA, CONTEXT);

const weightsOf = ({ nodes, tensors }: Network) =>
  nodes.flatMap((node) => ("weights" in node ? [tensors[node.weights]!.values] : []));
const zerosOf = (values: Float32Array) => values.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0);

describe("single weights", () => {
  test.each([
    { ramp: 0, epochs: 0 },
    { ramp: 0, epochs: 2 },
    { ramp: 0.3, epochs: 3 },
    { ramp: 1, epochs: 2 },
  ])("the share asked for of every layer is zero, ramp $ramp over $epochs epochs", async (options) => {
    const { network: pruned, report } = await prune(options);

    for (const values of weightsOf(pruned)) {
      expect(Math.abs(zerosOf(values) - 0.8 * values.length)).toBeLessThan(1);
    }
    expect(scoreNetwork(pruned, DATA)).toEqual(report.after);
    const nonZeros = report.layers.reduce((sum, layer) => sum + layer.nonZeros, 0);
    const zeros = weightsOf(pruned).reduce((sum, values) => sum + zerosOf(values), 0);
    expect(nonZeros).toBe(report.figures.parametersAfter! - zeros);
    expect(report.figures.nonZeros).toBe(nonZeros);
  });

  test("gradually with fine-tuning it does better than at once without", async () => {
    const [gradual, blunt] = [await prune({ epochs: 8, rate: 0.01 }), await prune({ epochs: 0 })];

    expect(gradual.report.before).toEqual(blunt.report.before);
    expect(gradual.report.after!.loss).toBeLessThan(blunt.report.after!.loss);
    expect(weightsOf(gradual.network)).not.toEqual(weightsOf(blunt.network));
  });

  test("what is zero already stays zero through a second pruning", async () => {
    const { network: once } = await prune({ sparsity: 0.5, epochs: 1 });

    const { network: twice } = await prune({ sparsity: 0.8, epochs: 1, ramp: 1 }, once);

    weightsOf(once).forEach((values, layer) => {
      values.forEach((value, at) => {
        if (value === 0) expect(weightsOf(twice)[layer]![at]).toBe(0);
      });
    });
  });

  test("a layer that is not there cannot be pinned", async () => {
    await expect(prune({ pinned: [2] })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(/^prune: pinned names layer 2, .* allowed: 1, 3, 5, 6, 10/),
    });
  });
});

test("where every layer is pinned there is nothing to prune", async () => {
  const pinned = [1, 3, 5, 6, 10];

  await expect(prune({ pinned })).rejects.toMatchObject({ code: "BAD_INPUT" });
  await expect(prune({ pinned, unit: "filter" })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("no filter to prune"),
  });
});

describe("filters", () => {
  test("leave a smaller network, which answers in TensorFlow and in the engine as its report says", async () => {
    const { network: pruned, report, skipped } = await prune({ unit: "filter", sparsity: 0.5 });

    expect(report.bytesAfter).toBeLessThan(0.4 * report.bytesBefore);
    expect(report.figures.macsAfter).toBeLessThan(0.5 * report.figures.macsBefore!);
    expect(skipped).toEqual([{ layer: 10, reason: "they are the network's answer" }]);
    expect(scoreNetwork(pruned, DATA)).toEqual(report.after);
    const { graph, values } = thawNetwork(pruned);
    const logits = computeLogits(graph, values, DATA.validation);
    const engine = await loadEngine(open(encodeNetwork(pruned)).network);
    for (const [at, logit] of logits.entries()) {
      const { logits: own } = await engine.run(DATA.validation.inputs.slice(64 * at, 64 * (at + 1)));
      expect(Math.abs(own[0]! - logit)).toBeLessThan(1e-4);
    }
    expect(summariseStage(report)).toMatchObject({ parametersAfter: report.figures.parametersAfter });
  });
});

describe("sharing and coding afterwards", () => {
  const chain = async (bits: number, epochs: number) => {
    const { network: pruned } = await prune({ epochs: 4 });
    const shared = await createClusterStage({ bits, epochs, rate: 0.0005 }).apply(pruned, DATA, CONTEXT);
    const coded = await createRangeStage().apply(shared.network, DATA, CONTEXT);
    return { pruned, shared: shared.network, coded };
  };

  test("every pruned weight is exactly zero in the file, no other one is, and the file decodes to the bit", async () => {
    const { pruned, shared, coded } = await chain(4, 3);

    const opened = open(encodeNetwork(coded.network)).network;
    expect(opened).toEqual(coded.network);
    weightsOf(pruned).forEach((values, layer) => {
      const read = weightsOf(opened)[layer]!;
      expect(read).toEqual(weightsOf(shared)[layer]);
      expect(read.map((value) => (value === 0 ? 0 : 1))).toEqual(
        values.map((value) => (value === 0 ? 0 : 1)),
      );
      expect(new Set(read).size).toBeLessThanOrEqual(16);
    });
  });

  test("the others learn while the zeros stay", async () => {
    const [still, tuned] = [await chain(2, 0), await chain(2, 3)];

    weightsOf(still.shared).forEach((values, layer) => {
      const learnt = weightsOf(tuned.shared)[layer]!;
      expect(learnt).not.toEqual(values);
      expect(zerosOf(learnt)).toBe(zerosOf(values));
    });
  });

  test("no one coding makes a shorter file, and sparse weights cost less than dense ones", async () => {
    const { shared, coded } = await chain(4, 0);
    const dense = await createClusterStage({ bits: 4, epochs: 0, rate: 0.002 }).apply(network, DATA, CONTEXT);
    const whole = await createRangeStage().apply(dense.network, DATA, CONTEXT);

    for (const kind of ["indexed", "clustered", "sparse", "range"] as const) {
      expect(coded.report.bytesAfter).toBeLessThanOrEqual(
        encodeNetwork(recodeNetwork(shared, [kind])).length,
      );
    }
    expect(coded.report.bytesAfter).toBe(encodeNetwork(coded.network).length);
    expect(coded.report.bytesAfter).toBeLessThan(0.7 * whole.report.bytesAfter);
  });
});

test.each(["weight", "filter"] as const)(
  "by %s: twice gives the same bytes, and leaks no tensor",
  async (unit) => {
    const bytes = encodeNetwork(network);
    const first = await prune({ unit, epochs: 2 });
    const tensors = tf.memory().numTensors;

    const second = await prune({ unit, epochs: 2 });

    expect(encodeNetwork(second.network)).toEqual(encodeNetwork(first.network));
    expect(encodeNetwork(network)).toEqual(bytes);
    expect(tf.memory().numTensors).toBe(tensors);
  },
);

test("a recipe's budget stops it where pruning costs too much", async () => {
  const stage = createStage({
    name: "prune",
    ...OPTIONS,
    pinned: [],
    sparsity: 0.98,
    epochs: 0,
    maxDrop: 0.01,
  });

  await expect(stage.apply(network, DATA, CONTEXT)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringMatching(/^Stage prune lost \d+\.\d\d points .* maxDrop is 0\.01\./),
  });
});
