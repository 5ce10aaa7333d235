/** A frozen network becomes a sealed file: what it is run on, and what a prior does to it. */
import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open, seal, type ThresholdRule } from "@radlite/model/format";
import { fitScaling } from "@radlite/model/statistics";
import type { PixelSet } from "@radlite/training/data";
import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { calibrate, type SealingData, sealModel } from "../../../training/evaluation/calibration.ts";
import { SHAPE_VIEWS } from "../../../training/evaluation/shapes.ts";
import { changeInputs } from "../../../training/evaluation/stress.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";

const HALF: ThresholdRule = { kind: "half" };

/** A small network that was never trained, and radiographs to seal it on. */
function drawSealing() {
  const [side, count] = [16, 24];
  const { inputs, labels } = drawBatch(side, count, 7);
  const stored = 2 * side;
  const pixels = new Uint16Array(new SharedArrayBuffer(2 * count * stored * stored));
  drawUniform(pixels.length, 8, 0, 255 * 256).forEach((level, at) => {
    pixels[at] = level;
  });
  const graph = buildSmallGraph(side);
  const networkBytes = encodeNetwork(freezeGraph(graph, drawValues(graph, 3)));
  const images = Array.from(labels, (label, at) => ({
    file: `${at}.jpeg`,
    path: `${at}.jpeg`,
    sha256: String(at),
    label,
    patient: String(at),
  })) as unknown as PixelSet["images"];
  const { input } = open(networkBytes).network;
  const set: PixelSet = { input, side: stored, pixels, labels, images, unreadable: [] };
  return { networkBytes, labels, data: { validation: { inputs, labels }, pixels: set } };
}

/** Of all radiographs and their shape views. */
async function runViews(networkBytes: Uint8Array, { validation, pixels }: SealingData) {
  const engine = await loadEngine(open(networkBytes).network);
  const run = async (rows: Float32Array) => {
    const count = validation.labels.length;
    const size = rows.length / count;
    const logits = new Float64Array(count);
    for (let at = 0; at < count; at++) {
      logits[at] = (await engine.run(rows.subarray(at * size, (at + 1) * size))).logits[0]!;
    }
    return logits;
  };
  const shapes: Float64Array[] = [];
  for (const changes of Object.values(SHAPE_VIEWS)) shapes.push(await run(changeInputs(pixels, changes)));
  return { plain: await run(validation.inputs), shapes };
}

test("sealing runs a network on the radiographs and on each of their shape views", async () => {
  const { networkBytes, labels, data } = drawSealing();
  const sealing = { threshold: HALF, coverage: 0.8 };

  const artifact = await sealModel(networkBytes, data, sealing);

  const seen = await runViews(networkBytes, data);
  expect(seen.shapes).toHaveLength(12);
  expect(new Set(seen.shapes.map((view) => view.join())).size).toBe(12);
  expect(artifact).toEqual(seal(networkBytes, calibrate(seen, labels, sealing)));
  expect(open(artifact).calibration?.review?.coverage).toBe(0.8);
});

test("sealing for a prior moves its last bias by what both classes, weighed to it, ask for", async () => {
  const { networkBytes, labels, data } = drawSealing();
  const sealing = { threshold: HALF, coverage: 0.8, prior: 0.3 };

  const artifact = await sealModel(networkBytes, data, sealing);

  const [before, after] = [open(networkBytes).network, open(artifact).network];
  const head = after.tensors.length - 1; // its bias comes last
  expect(after.tensors.slice(0, head)).toEqual(before.tensors.slice(0, head));
  const seen = await runViews(networkBytes, data);
  const all = [seen.plain, ...seen.shapes].flatMap((view) => [...view]);
  const { bias } = fitScaling(
    all,
    Array(13)
      .fill([...labels])
      .flat(),
    0.3,
  );
  const moved = after.tensors[head]!.values[0]! - before.tensors[head]!.values[0]!;
  expect(Math.abs(bias)).toBeGreaterThan(0.05);
  expect(Math.abs(moved - bias)).toBeLessThan(1 / 64);
  // What is sealed is of the moved network, and sealing it again moves it no further.
  const again = await runViews(artifact, data);
  expect(open(artifact).calibration).toEqual(calibrate(again, labels, sealing));
  expect(await sealModel(open(artifact).networkBytes, data, sealing)).toEqual(artifact);
});
