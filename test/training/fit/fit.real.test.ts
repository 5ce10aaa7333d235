import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FitData, type FitOptions, fitGraph, type Progress, tf } from "@radlite/training/fit";
import { expect, test } from "vitest";
import type { FitContext } from "../../../training/fit/fit.ts";
import { buildSmallGraph, drawFitData } from "../networks.ts";

const OPTIONS: FitOptions = {
  epochs: 4,
  rate: 0.01,
  warmup: 1,
  weightDecay: 0.1,
  labelSmoothing: 0.05,
  averaging: 0.9,
  classWeights: "balanced",
  seed: 3,
};

async function makeContext(context: Partial<FitContext> = {}): Promise<FitContext> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-fit-"));
  return {
    checkpoint: { path: join(folder, "checkpoint.bin"), fingerprint: "test", resume: false },
    ...context,
  };
}

test("learns, and reports every step and epoch on the way", async () => {
  const graph = buildSmallGraph(8);
  const data = drawFitData(8, { steps: 10, batch: 16 });
  const seen: Progress[] = [];

  const result = await fitGraph(
    graph,
    data,
    OPTIONS,
    await makeContext({ onProgress: (one) => seen.push(one) }),
  );

  expect(result.score.auc).toBeGreaterThan(0.95);
  const epochs = seen.flatMap((one) => (one.kind === "epoch" ? [one] : []));
  expect(seen.filter((one) => one.kind === "step")).toHaveLength(40);
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(epochs[3]!.loss).toBeLessThan(epochs[0]!.loss);
  const chosen = epochs.findLast((one) => one.chosen)!;
  expect(chosen.epoch).toBe(result.epoch);
  expect(chosen.validation.loss).toBe(Math.min(...epochs.map(({ validation }) => validation.loss)));
});

test("the seed decides the result, bit for bit", async () => {
  const graph = buildSmallGraph(8);
  const data = drawFitData(8, { steps: 3, batch: 16 });
  const run = async (seed: number) =>
    fitGraph(graph, data, { ...OPTIONS, epochs: 2, seed }, await makeContext());

  const [first, again, other] = [await run(3), await run(3), await run(4)];

  expect(again).toEqual(first);
  expect(other.values[0]).not.toEqual(first.values[0]);
});

/** The images of a batch are of four groups; what step of which epoch has them changes nothing. */
function drawGroupedData(): FitData {
  const data = drawFitData(8, { steps: 5, batch: 16 });
  const rows = Uint32Array.from({ length: 16 }, (_, row) => row);
  const groups = { of: Uint8Array.from(rows, (row) => row % 4), shares: [0.25, 0.25, 0.25, 0.25], step: 0.5 };
  return { ...data, robust: groups, batch: async (...at) => ({ ...(await data.batch(...at)), rows }) };
}

test("group weights change what is learnt", async () => {
  const [graph, grouped] = [buildSmallGraph(8), drawGroupedData()];
  const { robust: _, ...plain } = grouped;
  const [first, second] = [
    await fitGraph(graph, grouped, OPTIONS, await makeContext()),
    await fitGraph(graph, plain, OPTIONS, await makeContext()),
  ];
  expect(first.values).not.toEqual(second.values);
});

test.each([
  ["over all images", drawFitData(8, { steps: 5, batch: 16 })],
  ["of the worst group", drawGroupedData()],
])(
  "stopped between epochs or inside one and resumed, a loss %s ends where an uninterrupted run does",
  async (_, data) => {
    const graph = buildSmallGraph(8);
    const whole = await fitGraph(graph, data, OPTIONS, await makeContext());

    const context = await makeContext();
    for (const stopAt of [8, 10]) {
      const controller = new AbortController();
      const onProgress = (one: Progress) => {
        if (one.kind === "step" && (one.epoch - 1) * 5 + one.step === stopAt)
          controller.abort(new Error("stop"));
      };
      const { checkpoint } = context;
      const run = fitGraph(graph, data, OPTIONS, {
        checkpoint: { ...checkpoint, resume: true },
        signal: controller.signal,
        onProgress,
      });
      await expect(run).rejects.toThrow("stop");
    }
    const resumed = await fitGraph(graph, data, OPTIONS, {
      checkpoint: { ...context.checkpoint, resume: true },
    });

    expect(resumed).toEqual(whole);
  },
);

test("a loss that is no number ends the run and says what to change", async () => {
  const graph = buildSmallGraph(8);
  const data = drawFitData(8, { steps: 4, batch: 8 });

  const run = fitGraph(graph, data, { ...OPTIONS, rate: 1e38, warmup: 0 }, await makeContext());

  await expect(run).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("lower rate"),
  });
});

test("leaks no tensor", async () => {
  const graph = buildSmallGraph(8);
  const data = drawFitData(8, { steps: 2, batch: 8 });
  await fitGraph(graph, data, { ...OPTIONS, epochs: 1 }, await makeContext());
  const before = tf.memory().numTensors;

  await fitGraph(graph, data, { ...OPTIONS, epochs: 1 }, await makeContext());

  expect(tf.memory().numTensors).toBe(before);
});
