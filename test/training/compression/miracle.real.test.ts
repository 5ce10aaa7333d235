import { loadEngine } from "@radlite/model/engine";
import { describeParts, encodeNetwork, type Network, open } from "@radlite/model/format";
import { computeLogits, tf } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { beforeAll, expect, test } from "vitest";
import { summariseStage } from "../../../training/compression/layers.ts";
import { createMiracleStage, type MiracleOptions } from "../../../training/compression/miracle/stage.ts";
import { scoreNetwork, tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 12, batch: 16 });
const OPTIONS: MiracleOptions = {
  bytes: 120,
  bits: 10,
  group: 1,
  blocks: "count",
  warmup: 1,
  epochs: 40,
  settle: 3,
  rate: 0.003,
  seed: 5,
};

let network: Network;

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 6, stride: 1 },
    body: [{ width: 8, blocks: 1, stride: 2 }],
  });
  const start = freezeGraph(graph, drawValues(graph, 41));
  network = (await tuneNetwork(start, DATA, { stage: "fit", epochs: 6, rate: 0.01 }, CONTEXT)).network;
});

const apply = (options: Partial<MiracleOptions> = {}) =>
  createMiracleStage({ ...OPTIONS, ...options }).apply(network, DATA, CONTEXT);

test.each([
  { group: 1, blocks: "count" },
  { group: 2, blocks: "kl" },
] as const)(
  "a network in 120 bytes of choices still tells the images apart, group $group, blocks by $blocks",
  async (options) => {
    const { network: coded, report } = await apply(options);

    expect(report.after!.auc).toBeGreaterThan(0.95);
    expect(report.before!.auc).toBeGreaterThan(0.95);
    const { blocks, freeValues, klNats } = report.figures as Record<
      "blocks" | "freeValues" | "klNats",
      number
    >;
    if (options.blocks === "count") expect(blocks).toBe((120 * 8) / OPTIONS.bits);
    const weights = network.tensors.reduce((sum, { values }) => sum + values.length, 0);
    if (options.group === 1) expect(freeValues).toBe(weights);
    else expect(freeValues).toBeLessThan(0.55 * weights);
    const budget = blocks * OPTIONS.bits * Math.LN2;
    expect(klNats).toBeGreaterThan(0.6 * budget);
    expect(klNats).toBeLessThan(1.1 * budget);
    const shares = describeParts(encodeNetwork(coded)).filter(({ tensor }) => tensor !== undefined);
    const overhead = 1 + 1 + 1 + 4 + 2 * coded.tensors.length + (options.blocks === "kl" ? 1 : 0);
    const bytes = shares.reduce((sum, part) => sum + part.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(OPTIONS.bytes + overhead);
    expect(summariseStage(report)).toMatchObject({
      blocks,
      freeValues,
      klNats,
      bytesAfter: report.bytesAfter,
    });
  },
);

test("what was judged is what the file decodes to, to the bit, and what the engine answers", async () => {
  const { network: coded, report } = await apply({ epochs: 10, settle: 1 });

  const file = encodeNetwork(coded);
  const opened = open(file).network;

  expect(report.bytesAfter).toBe(file.length);
  expect(encodeNetwork(opened)).toEqual(file);
  expect(scoreNetwork(opened, DATA)).toEqual(report.after);
  const { graph, values } = thawNetwork(coded);
  const logits = computeLogits(graph, values, DATA.validation);
  const engine = await loadEngine(opened);
  for (const [at, logit] of logits.entries()) {
    const { logits: own } = await engine.run(DATA.validation.inputs.slice(64 * at, 64 * (at + 1)));
    expect(Math.abs(own[0]! - logit)).toBeLessThan(1e-4);
  }
});

test("applied twice it gives the same bytes, and another seed gives others; no tensor stays behind", async () => {
  const short = { warmup: 0, epochs: 2, settle: 1, bytes: 40 };
  const first = encodeNetwork((await apply(short)).network);
  const tensors = tf.memory().numTensors;

  const second = encodeNetwork((await apply(short)).network);

  expect(tf.memory().numTensors).toBe(tensors);
  expect(second).toEqual(first);
  expect(encodeNetwork((await apply({ ...short, seed: 6 })).network)).not.toEqual(first);
});

test("learning on around what is coded helps", async () => {
  const [still, settled] = [await apply({ bytes: 60, settle: 0 }), await apply({ bytes: 60, settle: 8 })];

  expect(settled.report.after!.loss).toBeLessThan(still.report.after!.loss);
});

test("blocks of which no computer tries all candidates are refused before anything is learnt", async () => {
  const graph = buildSmallGraph(8, { body: [{ width: 64, blocks: 1, stride: 2 }] });
  const wide = freezeGraph(graph, drawValues(graph, 1));

  const stage = createMiracleStage({ ...OPTIONS, bytes: 16, bits: 16 }).apply(wide, DATA, CONTEXT);

  await expect(stage).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(
      /^miracle: 16 bytes for \d+ values make blocks of \d+ values, expected at most 512 /,
    ),
  });
});

test("a signal stops it", async () => {
  const signal = AbortSignal.abort(new Error("enough"));

  const stage = createMiracleStage(OPTIONS).apply(network, DATA, { ...CONTEXT, signal });

  await expect(stage).rejects.toThrow("enough");
});
