import { type EngineKind, loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open, seal, type ThresholdRule } from "@radlite/model/format";
import { aucDeLong, fitTemperature } from "@radlite/model/statistics";
import { judge, loadVerdictModel, pneumoniaProbability } from "@radlite/model/verdict";
import { freezeGraph } from "@radlite/training/freeze";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrate } from "../../../training/evaluation/calibration.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";
import { encodeMeanGrey } from "./models.ts";

const HALF: ThresholdRule = { kind: "half" };
const YOUDEN: ThresholdRule = { kind: "youden" };
const SENSITIVITY: ThresholdRule = { kind: "sensitivity", target: 0.9 };

const isOnGrid = (value: number, steps: number) => Number.isInteger(value * steps);

/** Without shape views and band. */
const sealBy = (logits: Float64Array, labels: Uint8Array, threshold: ThresholdRule) =>
  calibrate({ plain: logits, shapes: [] }, labels, { threshold, coverage: 1 });

/** With both. */
const sealAll = (logits: Float64Array, labels: Uint8Array, threshold: ThresholdRule, coverage = 0.9) =>
  calibrate({ plain: logits, shapes: shapesOf(logits) }, labels, { threshold, coverage });

/** As two shape views might: the network is less sure, and a little off to one side. */
const shapesOf = (logits: Float64Array) => [
  logits.map((logit) => 0.7 * logit + 0.3),
  logits.map((logit) => 0.8 * logit - 0.2),
];

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
    expect(seal(networkBytes, sealAll(wasm, labels, rule))).toEqual(
      seal(networkBytes, sealAll(reference, labels, rule)),
    );
  }
});

test("noise of a float32's last bits moves nothing", () => {
  for (let seed = 1; seed <= 15; seed++) {
    const { logits, labels } = drawLogits(600, seed, 4);
    const noise = drawUniform(600, 1000 + seed, -1, 1);
    const moved = logits.map((logit, at) => logit * (1 + 2 ** -23 * noise[at]!));
    for (const rule of [HALF, YOUDEN, SENSITIVITY]) {
      expect(sealAll(moved, labels, rule)).toEqual(sealAll(logits, labels, rule));
    }
  }
});

describe("calibration on grids", () => {
  test("lies within half a step of what was fitted", () => {
    fc.assert(
      fc.property(cases, ({ count, seed, gap }) => {
        const { logits, labels } = drawLogits(count, seed, gap);

        const { temperature, validationAuc } = sealBy(logits, labels, HALF);

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

        const { threshold, temperature } = sealBy(logits, labels, SENSITIVITY);

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

        const { threshold, temperature, validation } = sealBy(logits, labels, YOUDEN);

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

describe("temperature alone", () => {
  const shifts = fc.record({
    count: fc.integer({ min: 20, max: 200 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    gap: fc.double({ min: 0, max: 8, noNaN: true }),
    shift: fc.double({ min: -6, max: 6, noNaN: true }), // what a bias would take away
  });

  test("without a prior no bias is fitted, whatever the data: one half stays a logit of 0", () => {
    fc.assert(
      fc.property(shifts, ({ count, seed, gap, shift }) => {
        const { logits: drawn, labels } = drawLogits(count, seed, gap);
        const logits = drawn.map((logit) => logit + shift);

        const { threshold, temperature, validation } = sealAll(logits, labels, HALF);

        const called = [...logits].filter((logit) => logit >= 0).length;
        expect(threshold).toBe(0.5);
        expect(validation.truePositives + validation.falsePositives).toBe(called);
        expect(pneumoniaProbability(Float32Array.of(0), temperature)).toBe(0.5);
      }),
    );
  });

  test("is all that a sealed file does to a logit", async () => {
    const { logits, labels } = drawLogits(300, 5, 3);
    const calibration = sealAll(
      logits.map((logit) => logit + 2),
      labels,
      HALF,
    );
    const [blank, white] = [encodeMeanGrey({ slope: 0, offset: 0 }), encodeMeanGrey({ slope: 0, offset: 3 })];
    const probabilityOf = async (bytes: Uint8Array) =>
      (await judge(await loadVerdictModel(seal(bytes, calibration)), new Float32Array(256))).probability;

    expect(await probabilityOf(blank)).toBe(0.5);
    expect(await probabilityOf(white)).toBeCloseTo(1 / (1 + Math.exp(-3 / calibration.temperature)), 9);
  });

  test("is fitted on validation and its shape views alike", () => {
    const { logits, labels } = drawLogits(600, 3, 4);
    const shapes = shapesOf(logits);

    const { temperature } = calibrate({ plain: logits, shapes }, labels, { threshold: HALF, coverage: 1 });

    const all = [logits, ...shapes].flatMap((view) => [...view]);
    const fitted = fitTemperature(all, [...labels, ...labels, ...labels]);
    expect(Math.abs(temperature - fitted)).toBeLessThanOrEqual(1 / 512);
    expect(temperature).not.toBe(sealBy(logits, labels, HALF).temperature);
  });

  test("shape views leave threshold and figures to validation itself", () => {
    const { logits, labels } = drawLogits(600, 3, 4);
    const views = shapesOf(logits);
    const { temperature: _, ...own } = calibrate({ plain: logits, shapes: views }, labels, {
      threshold: HALF,
      coverage: 1,
    });
    const { temperature: __, ...without } = sealBy(logits, labels, HALF);
    expect(own).toEqual(without);
  });
});

describe("the review band", () => {
  const CASES = fc.record({
    count: fc.integer({ min: 20, max: 200 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    gap: fc.double({ min: 0, max: 8, noNaN: true }),
    coverage: fc.integer({ min: 500, max: 999 }).map((thousandths) => thousandths / 1000),
    rule: fc.constantFrom(HALF, YOUDEN, SENSITIVITY),
  });

  test("answers what is promised of validation and its shape views, and a step wider would not", () => {
    fc.assert(
      fc.property(CASES, ({ count, seed, gap, coverage, rule }) => {
        const { logits, labels } = drawLogits(count, seed, gap);

        const { temperature, threshold, review } = sealAll(logits, labels, rule, coverage);

        const all = [logits, ...shapesOf(logits)].flatMap((view) => [...view]);
        const centre = Math.log(threshold / (1 - threshold));
        const answeredAt = (halfWidth: number) =>
          all.filter((logit) => Math.abs(logit / temperature - centre) >= halfWidth).length / all.length;
        expect(review!.coverage).toBe(coverage);
        expect(answeredAt(review!.halfWidth)).toBeGreaterThanOrEqual(coverage);
        if (review!.halfWidth < 32) expect(answeredAt(review!.halfWidth + 1 / 64)).toBeLessThan(coverage);
      }),
    );
  });

  test("is none where all are to be answered", () => {
    const { logits, labels } = drawLogits(100, 1, 4);
    expect(sealAll(logits, labels, HALF, 1)).not.toHaveProperty("review");
  });
});
