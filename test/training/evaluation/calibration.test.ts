import { type EngineKind, loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open, seal, type ThresholdRule } from "@radlite/model/format";
import { aucDeLong, fitTemperature } from "@radlite/model/statistics";
import { freezeGraph } from "@radlite/training/freeze";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrate } from "../../../training/evaluation/calibration.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";

const HALF: ThresholdRule = { kind: "half" };
const YOUDEN: ThresholdRule = { kind: "youden" };
const SENSITIVITY: ThresholdRule = { kind: "sensitivity", target: 0.9 };

const isOnGrid = (value: number, steps: number) => Number.isInteger(value * steps);

/** Logits that separate the classes by about `gap`, half of the cases PNEUMONIA. */
function drawLogits(count: number, seed: number, gap: number) {
  const labels = Uint8Array.from({ length: count }, (_, at) => at % 2);
  const noise = drawUniform(count, seed, -3, 3);
  return { labels, logits: Float64Array.from(noise, (value, at) => value + gap * (labels[at]! - 0.5)) };
}

const cases = fc.record({
  count: fc.integer({ min: 20, max: 200 }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  gap: fc.double({ min: 0, max: 8, noNaN: true }),
});

test("engines that differ in the last bits seal the same bytes", async () => {
  const graph = buildSmallGraph(16);
  const networkBytes = encodeNetwork(freezeGraph(graph, drawValues(graph, 3)));
  const { inputs, labels } = drawBatch(16, 120, 7);
  const run = async (kind: EngineKind) => {
    const engine = await loadEngine(open(networkBytes).network, { engine: kind });
    const logits = new Float64Array(labels.length);
    for (let at = 0; at < labels.length; at++) {
      logits[at] = (await engine.run(inputs.subarray(at * 256, (at + 1) * 256))).logits[0]!;
    }
    return logits;
  };

  const [wasm, reference] = [await run("wasm"), await run("reference")];

  expect(wasm).not.toEqual(reference);
  for (const rule of [HALF, YOUDEN, SENSITIVITY]) {
    expect(seal(networkBytes, calibrate(wasm, labels, rule))).toEqual(
      seal(networkBytes, calibrate(reference, labels, rule)),
    );
  }
});

test("noise of a float32's last bits moves nothing", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { logits, labels } = drawLogits(600, seed, 4);
    const noise = drawUniform(600, 1000 + seed, -1, 1);
    const moved = logits.map((logit, at) => logit * (1 + 2 ** -23 * noise[at]!));
    for (const rule of [HALF, YOUDEN, SENSITIVITY]) {
      expect(calibrate(moved, labels, rule)).toEqual(calibrate(logits, labels, rule));
    }
  }
});

describe("calibration on grids", () => {
  test("lies within half a step of what was fitted", () => {
    fc.assert(
      fc.property(cases, ({ count, seed, gap }) => {
        const { logits, labels } = drawLogits(count, seed, gap);

        const { temperature, validationAuc } = calibrate(logits, labels, HALF);

        expect(isOnGrid(temperature, 256) && isOnGrid(validationAuc, 4096)).toBe(true);
        expect(Math.abs(temperature - fitTemperature(logits, labels))).toBeLessThanOrEqual(1 / 512);
        expect(Math.abs(validationAuc - aucDeLong(logits, labels).value)).toBeLessThanOrEqual(1 / 8192);
      }),
    );
  });

  test("keeps the sensitivity that the rule asks for, and the next step would not", () => {
    fc.assert(
      fc.property(cases, ({ count, seed, gap }) => {
        const { logits, labels } = drawLogits(count, seed, gap);

        const { threshold, temperature } = calibrate(logits, labels, SENSITIVITY);

        const positives = logits.filter((_, at) => labels[at] === 1);
        const sensitivityAt = (limit: number) =>
          positives.filter((logit) => 1 / (1 + Math.exp(-logit / temperature)) >= limit).length /
          positives.length;
        expect(isOnGrid(threshold, 4096)).toBe(true);
        expect(sensitivityAt(threshold)).toBeGreaterThanOrEqual(0.9);
        expect(sensitivityAt(threshold + 1 / 4096)).toBeLessThan(0.9);
      }),
    );
  });

  test("youden's threshold is the best that the grid has", () => {
    fc.assert(
      fc.property(cases, ({ count, seed, gap }) => {
        const { logits, labels } = drawLogits(count, seed, gap);

        const { threshold, temperature, validation } = calibrate(logits, labels, YOUDEN);

        const probabilities = logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
        const shareAtOrAbove = (label: number, limit: number) => {
          const own = probabilities.filter((_, at) => labels[at] === label);
          return own.filter((probability) => probability >= limit).length / own.length;
        };
        const indexAt = (limit: number) => shareAtOrAbove(1, limit) - shareAtOrAbove(0, limit);
        const { truePositives, falseNegatives, falsePositives, trueNegatives } = validation;
        const index =
          truePositives / (truePositives + falseNegatives) -
          falsePositives / (falsePositives + trueNegatives);
        expect(isOnGrid(threshold, 4096)).toBe(true);
        expect(index).toBeCloseTo(indexAt(threshold), 12);
        for (let step = 0; step <= 4096; step += 16) {
          expect(indexAt(step / 4096)).toBeLessThanOrEqual(index + 1e-12);
        }
      }),
      { numRuns: 30 },
    );
  });
});
