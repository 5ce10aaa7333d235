/** Fitting from loaded weights, through TensorFlow: what is frozen stays to the bit, what learns slowly moves little. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Graph, listTensors } from "@radlite/training/architectures";
import { estimateStatistics, fitGraph, runGraph, tf } from "@radlite/training/fit";
import { limitLearning, startFromWeights } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { drawFitData, drawUniform, drawValues } from "../networks.ts";
import { buildFitting, TENSORFLOWJS_FOLDER } from "./fixtures.ts";

const OPTIONS = {
  epochs: 2,
  rate: 0.01,
  warmup: 0,
  weightDecay: 0.1,
  labelSmoothing: 0,
  averaging: 0.9,
  classWeights: "none",
  seed: 3,
} as const;

const whole = buildFitting("mobilenet", 1, 1 / 8);
const base = whole.layers!.filter((layer) => !layer.startsWith("head_"));
const start = drawValues(whole, 4);

async function fitFrom(graph: Graph): Promise<Float32Array[]> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-transfer-"));
  const checkpoint = { path: join(folder, "checkpoint.bin"), fingerprint: "test", resume: false };
  const data = drawFitData(32, { steps: 3, batch: 8 });
  return (await fitGraph(graph, data, OPTIONS, { checkpoint, start })).values;
}

/** Largest move of the tensors that layers of such a name have. */
function measureMove(values: readonly Float32Array[], layers: RegExp, learnt = true): number {
  const numbers = whole.nodes.flatMap((node, at) =>
    layers.test(whole.layers![at]!)
      ? listTensors(node).filter(
          (number) => !learnt || !["mean", "variance"].includes(whole.tensors[number]!.role),
        )
      : [],
  );
  return Math.max(
    ...numbers.map((number) =>
      values[number]!.reduce((most, value, i) => Math.max(most, Math.abs(value - start[number]![i]!)), 0),
    ),
  );
}

test("frozen layers keep their values and statistics to the bit, the others learn", async () => {
  const graph = limitLearning(whole, base, { freezeUntil: "conv_pw_2_relu", rateShare: 1 });

  const values = await fitFrom(graph);

  expect(measureMove(values, /^(conv1|conv_(dw|pw)_[12])(_bn)?$/, false)).toBe(0);
  expect(measureMove(values, /^conv_dw_3$/)).toBeGreaterThan(0);
  expect(measureMove(values, /^head_logit$/)).toBeGreaterThan(0);
});

test("a share of the rate moves weights by that share", async () => {
  const slow = await fitFrom(limitLearning(whole, base, { rateShare: 0.01 }));
  const fast = await fitFrom(limitLearning(whole, base, { rateShare: 1 }));

  // A step of Adam moves a weight by about the rate, so six of them by six at most.
  expect(measureMove(slow, /^conv_/)).toBeLessThan(6 * 0.01 * OPTIONS.rate);
  expect(measureMove(fast, /^conv_/)).toBeGreaterThan(OPTIONS.rate);
  expect(measureMove(slow, /^head_/)).toBeGreaterThan(0.1 * OPTIONS.rate);
});

test("a frozen BatchNorm gives in training what it gives in inference, and reports no statistics", () => {
  const graph = limitLearning(whole, base, { freezeUntil: "conv_pw_13_relu", rateShare: 1 });
  const batch = { inputs: drawUniform(4 * 32 * 32, 8), labels: new Uint8Array(4) };
  const run = (options: Parameters<typeof runGraph>[3]) =>
    tf.tidy(() => {
      const tensors = graph.tensors.map(({ shape }, at) => tf.tensor(start[at]!, shape));
      return runGraph(graph, tensors, tf.tensor4d(batch.inputs, [4, 32, 32, 1]), options).arraySync();
    });
  let reports = 0;

  const training = run({ onStatistics: () => reports++ });

  expect(training).toEqual(run({}));
  expect(reports).toBe(0);
  expect(estimateStatistics(graph, start, [batch])).toEqual(start);
});

test("a grey network's first layer gives for a grey image what the colour one's gives for it repeated", async () => {
  const options = { weights: "fixture", match: "name", rateShare: 1 } as const;
  const pixels = drawUniform(32 * 32, 8);
  const repeated = Float32Array.from({ length: 3 * pixels.length }, (_, at) => pixels[Math.floor(at / 3)]!);
  const runFirst = async (channels: 1 | 3, image: Float32Array) => {
    const built = buildFitting("mobilenet", channels);
    const { graph, values } = await startFromWeights(built, TENSORFLOWJS_FOLDER, options, 1);
    return tf.tidy(() => {
      const tensors = graph.tensors.map(({ shape }, at) => tf.tensor(values[at]!, shape));
      const x = tf.tensor4d(image, [1, 32, 32, channels]);
      return [...runGraph({ nodes: graph.nodes.slice(0, 1) }, tensors, x).dataSync()];
    });
  };

  const [grey, colour] = [await runFirst(1, pixels), await runFirst(3, repeated)];

  expect(new Set(grey).size).toBeGreaterThan(100);
  grey.forEach((value, at) => {
    expect(value).toBeCloseTo(colour[at]!, 4);
  });
});
