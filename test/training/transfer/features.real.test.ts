/** Kept features, through TensorFlow: they are those of the whole network, made once, and a killed run resumes. */

import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph } from "@radlite/training/architectures";
import { type Batch, computeLogits, type FitData, runOperators } from "@radlite/training/fit";
import { limitLearning } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { cutFrozen } from "../../../training/transfer/cut.ts";
import { type FeatureOptions, openFeatures } from "../../../training/transfer/features.ts";
import { drawFitData, drawValues } from "../networks.ts";
import { buildFitting } from "../weights/fixtures.ts";

const whole = buildFitting("mobilenet", 1, 1 / 8);
const base = whole.layers!.filter((layer) => !layer.startsWith("head_"));
const graph = limitLearning(whole, base, { freezeUntil: "conv_pw_4_relu", rateShare: 1 });
const values = drawValues(whole, 4);
const { front, rear, numbers } = cutFrozen(graph)!;
const rearValues = numbers.map((number) => values[number]!);
const STEPS = 3;

async function makeOptions(options: Partial<FeatureOptions> = {}): Promise<FeatureOptions> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-features-"));
  return { views: 2, seed: 1, key: "test", folder, ...options };
}

/** Batches, and the epochs and steps that were asked for. */
function countRequests(): { data: FitData; asked: string[] } {
  const data = drawFitData(32, { steps: STEPS, batch: 8 });
  const asked: string[] = [];
  const batch = (epoch: number, step: number) => {
    asked.push(`${epoch}-${step}`);
    return data.batch(epoch, step);
  };
  return { data: { ...data, batch }, asked };
}

/** Measures of all steps of an epoch, sorted, so that their order does not count. */
async function describeEpoch(data: FitData, epoch: number, measure: (batch: Batch) => unknown) {
  const all: string[] = [];
  for (let step = 0; step < STEPS; step++) all.push(JSON.stringify(measure(await data.batch(epoch, step))));
  return all.sort();
}

const LOSS = { classWeights: [0.7, 1.4], labelSmoothing: 0.1 };

test("logits, loss and gradients from kept features are those of the whole network on the same views", async () => {
  const data = drawFitData(32, { steps: STEPS, batch: 8 });
  const features = await openFeatures(data, front, values, await makeOptions());
  const short: Graph = { ...whole, ...rear, input: features.input as Graph["input"] };

  for (const epoch of [0, 1, 2, 3]) {
    const kept = await describeEpoch(features, epoch, (batch) => {
      const { loss, gradients } = runOperators(short, rearValues, batch, LOSS);
      return [loss, [...computeLogits(short, rearValues, batch)], gradients.map((g) => g && [...g])];
    });
    const direct = await describeEpoch(data, epoch % 2, (batch) => {
      const { loss, gradients } = runOperators(graph, values, batch, LOSS);
      return [
        loss,
        [...computeLogits(graph, values, batch)],
        numbers.map((number) => gradients[number] && [...gradients[number]]),
      ];
    });
    expect(kept).toEqual(direct);
  }
  const logits = computeLogits(short, rearValues, features.validation);
  expect(logits).toEqual(computeLogits(graph, values, data.validation));
});

test("each view is made once, and read again by another process", async () => {
  const options = await makeOptions();
  const [first, second] = [countRequests(), countRequests()];
  const features = await openFeatures(first.data, front, values, options);
  for (let epoch = 0; epoch < 4; epoch++) await describeEpoch(features, epoch, ({ inputs }) => [...inputs]);

  const again = await openFeatures(second.data, front, values, options);
  const reread = await describeEpoch(again, 1, ({ inputs }) => [...inputs]);

  // Once each, and the first to see what a batch is like.
  expect(first.asked.toSorted()).toEqual(["0-0", "0-0", "0-1", "0-2", "1-0", "1-1", "1-2"]);
  expect(second.asked).toEqual(["0-0"]);
  expect(reread).toEqual(await describeEpoch(features, 1, ({ inputs }) => [...inputs]));
});

test("a filling that was stopped goes on where it stopped", async () => {
  const options = await makeOptions();
  const first = countRequests();
  const controller = new AbortController();
  const stopping: FitData = {
    ...first.data,
    batch(epoch, step) {
      if (step === 1) controller.abort(new Error("stopped"));
      return first.data.batch(epoch, step);
    },
  };
  const features = await openFeatures(stopping, front, values, { ...options, signal: controller.signal });
  await expect(features.batch(0, 0)).rejects.toThrow("stopped");

  const second = countRequests();
  const resumed = await openFeatures(second.data, front, values, options);
  await resumed.batch(0, 0);

  expect(second.asked).toEqual(["0-0", "0-2"]);
});

test("other weights, another recipe or other images find nothing of these", async () => {
  const options = await makeOptions();
  const features = await openFeatures(drawFitData(32, { steps: STEPS, batch: 8 }), front, values, options);
  await features.batch(0, 0);
  const other = countRequests();
  const changed: FitData = { ...other.data, batch: (epoch, step) => other.data.batch(epoch + 7, step) };

  await (await openFeatures(other.data, front, values, { ...options, key: "other" })).batch(0, 0);
  await (await openFeatures(changed, front, values, options)).batch(0, 0);

  expect(other.asked.filter((name) => name === "0-2")).toHaveLength(1);
  expect(other.asked.filter((name) => name === "7-2")).toHaveLength(1);
});

test("views that take too much are refused with what to do; what fits pushes older ones out", async () => {
  const data = drawFitData(32, { steps: STEPS, batch: 8 });
  const bytes = 2 * STEPS * 8 * 4 * 4 * 32 * 4; // of two views of [4, 4, 32] floats
  const options = await makeOptions({ limitBytes: 1.5 * bytes });

  const refused = openFeatures(data, front, values, { ...options, views: 4 });
  await expect(refused).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/4 views take .* take fewer views/),
  });

  const older = await openFeatures(data, front, values, { ...options, key: "older" });
  for (const epoch of [0, 1]) await older.batch(epoch, 0);
  await openFeatures(data, front, values, { ...options, key: "newer" });
  expect(await readdir(options.folder!)).toHaveLength(1);
});
