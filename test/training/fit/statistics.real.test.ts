import { buildResidual } from "@radlite/training/architectures";
import { computeLogits, estimateStatistics, scoreLogits, tf } from "@radlite/training/fit";
import { expect, test } from "vitest";
import { buildSmallGraph, drawBatch, drawValues } from "../networks.ts";

test("after a 1x1 convolution of one channel they are weight times mean, weight squared times variance", () => {
  const graph = buildResidual(
    { height: 4, width: 4, channels: 1, normalise: { kind: "per-image" } },
    ["a", "b"],
    {
      stem: { width: 2, stride: 1 },
      body: [],
    },
  );
  const centre = new Float32Array(18).map((_, at) => (at === 8 ? 3 : at === 9 ? -2 : 0)); // only the middle tap
  const values = drawValues(graph, 1).with(0, centre);
  const batches = [drawBatch(4, 8, 1), drawBatch(4, 8, 2)];

  const estimated = estimateStatistics(graph, values, batches);

  const pixels = batches.flatMap(({ inputs }) => [...inputs]);
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
  const at = (role: string) => graph.tensors.findIndex((spec) => spec.role === role);
  expect(estimated[at("mean")]![0]).toBeCloseTo(3 * mean, 4);
  expect(estimated[at("mean")]![1]).toBeCloseTo(-2 * mean, 4);
  expect(estimated[at("variance")]![0]! / (9 * variance)).toBeCloseTo(1, 1);
  expect(estimated[0]).toBe(centre);
});

test("leaks no tensor", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 2);
  estimateStatistics(graph, values, [drawBatch(8, 4, 1)]);
  const before = tf.memory().numTensors;

  estimateStatistics(graph, values, [drawBatch(8, 4, 1), drawBatch(8, 4, 2)]);
  computeLogits(graph, values, drawBatch(8, 300, 3));

  expect(tf.memory().numTensors).toBe(before);
});

test("logits do not depend on how many images run at once", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 2);
  const batch = drawBatch(8, 130, 3);

  const all = computeLogits(graph, values, batch);
  const last = computeLogits(graph, values, {
    inputs: batch.inputs.subarray(129 * 64),
    labels: batch.labels.subarray(129),
  });

  expect(last[0]).toBeCloseTo(all[129]!, 5);
});

test("a score weighs both classes the same in its loss", () => {
  const score = scoreLogits(Float32Array.of(-1, -1, -1, 0), Uint8Array.of(0, 0, 0, 1));

  expect(score.loss).toBeCloseTo((Math.log(1 + Math.exp(-1)) + Math.log(2)) / 2, 6);
  expect(score).toMatchObject({ auc: 1, accuracy: 1, sensitivity: 1, specificity: 1 });
});
