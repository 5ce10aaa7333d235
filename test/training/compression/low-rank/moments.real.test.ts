import { loadEngine } from "@radlite/model/engine";
import { tf } from "@radlite/training/fit";
import { freezeGraph } from "@radlite/training/freeze";
import { beforeAll, expect, test } from "vitest";
import {
  type FactorableLayer,
  listFactorableLayers,
} from "../../../../training/compression/low-rank/layer.ts";
import { measureMoments } from "../../../../training/compression/low-rank/moments.ts";
import type { Moments } from "../../../../training/compression/low-rank/whitening.ts";
import { buildSmallGraph, drawBatch, drawValues } from "../../networks.ts";

const graph = buildSmallGraph(8);
const network = freezeGraph(graph, drawValues(graph, 5));
const layers: FactorableLayer[] = listFactorableLayers(network);
const BATCHES = [drawBatch(8, 6, 1), drawBatch(8, 10, 2)];

let moments: Map<number, Moments>;

beforeAll(() => {
  moments = measureMoments(network, layers, BATCHES);
});

test("those of the first layer are those of the images' pixels", () => {
  const pixels = BATCHES.flatMap(({ inputs }) => [...inputs]);
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  const variance = pixels.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0) / pixels.length;

  const {
    mean: [measured],
    covariance,
  } = moments.get(1)!;

  expect(measured).toBeCloseTo(mean, 6);
  expect(covariance.get(0, 0)).toBeCloseTo(variance, 5);
});

test("those of the last layer are those of the features that the engine pools", async () => {
  const engine = await loadEngine(network);
  const rows: number[][] = [];
  for (const { inputs, labels } of BATCHES) {
    for (let at = 0; at < labels.length; at++) {
      const { features } = await engine.run(inputs.slice(64 * at, 64 * (at + 1)));
      rows.push(
        [0, 1, 2, 3].map((c) => features.filter((_, i) => i % 4 === c).reduce((a, b) => a + b, 0) / 16),
      );
    }
  }
  const mean = (of: (row: number[]) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;

  const last = moments.get(layers.at(-1)!.layer)!;

  for (const a of [0, 1, 2, 3]) {
    expect(last.mean[a]).toBeCloseTo(
      mean((row) => row[a]!),
      5,
    );
    for (const b of [0, 1, 2, 3]) {
      const covariance = mean((row) => row[a]! * row[b]!) - mean((row) => row[a]!) * mean((row) => row[b]!);
      expect(last.covariance.get(a, b)).toBeCloseTo(covariance, 5);
    }
  }
});

test("layers that read one value share its moments; no tensor is leaked", () => {
  const before = tf.memory().numTensors;

  const again = measureMoments(network, layers, BATCHES);

  expect(tf.memory().numTensors).toBe(before);
  expect(again.get(3)).toBe(again.get(6)); // the block's first convolution and its shortcut
  expect(again).toEqual(moments);
});
