import fc from "fast-check";
import { expect, test } from "vitest";
import { findLevels, passGradients, spanLevels, startStep } from "../../../training/compression/step-size.ts";
import { drawUniform } from "../networks.ts";

const cases = fc.record({
  bits: fc.integer({ min: 2, max: 8 }),
  step: fc.double({ min: 0.01, max: 2, noNaN: true }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
});

/** Weights on both sides of the levels' ends. */
const draw = (seed: number, bits: number, step: number) =>
  drawUniform(64, seed, -1, 1).map((u) => 1.3 * u * 2 ** (bits - 1) * step);

test("levels are those of two's complement", () => {
  expect(spanLevels(2)).toEqual({ lowest: -2, highest: 1 });
  expect(spanLevels(8)).toEqual({ lowest: -128, highest: 127 });
});

test("a step starts where rounding costs least", () => {
  expect(startStep(Float32Array.of(3, -1, 2, -3, 0), spanLevels(3))).toBe(1); // no error at all
  expect(startStep(new Float32Array(4), spanLevels(3))).toBe(1);
  const values = drawUniform(500, 9);
  const range = spanLevels(4);
  const errorAt = (step: number) =>
    values.reduce((sum, value, at) => sum + (value - findLevels(values, step, range)[at]! * step) ** 2, 0);
  const start = startStep(values, range);
  for (const factor of [0.7, 0.9, 1.1, 1.4]) expect(errorAt(start)).toBeLessThan(errorAt(start * factor));
});

test("levels by hand", () => {
  const values = Float32Array.of(-9, -1.1, -0.6, -0.2, 0.2, 0.3, 0.74, 0.76, 9);

  expect([...findLevels(values, 0.5, spanLevels(3))]).toEqual([-4, -2, -1, 0, 0, 1, 1, 2, 3]);
});

test("rounding is off by half a step at most inside the levels, and rounding again changes nothing", () => {
  fc.assert(
    fc.property(cases, ({ bits, step, seed }) => {
      const range = spanLevels(bits);
      const values = draw(seed, bits, step);

      const levels = findLevels(values, step, range);

      values.forEach((value, at) => {
        const inside = value / step > range.lowest && value / step < range.highest;
        if (inside) expect(Math.abs(value - levels[at]! * step)).toBeLessThanOrEqual(step * 0.5000001);
        expect(levels[at]! >= range.lowest && levels[at]! <= range.highest).toBe(true);
      });
      const rounded = Float32Array.from(levels, (level) => level * step);
      expect(findLevels(rounded, step, range)).toEqual(levels);
    }),
  );
});

test("the step's gradient is the finite difference where rounding passes straight through", () => {
  fc.assert(
    fc.property(cases, ({ bits, step, seed }) => {
      const range = spanLevels(bits);
      const values = draw(seed, bits, step);
      const gradient = drawUniform(64, seed + 1);
      const levels = findLevels(values, step, range);
      // Straight through: what rounding adds to w / s stays as it is while s moves; beyond the ends k does.
      const productAt = (s: number) =>
        values.reduce((sum, value, at) => {
          const ratio = value / step;
          const isInside = ratio > range.lowest && ratio < range.highest;
          const level = isInside ? value / s + (levels[at]! - ratio) : levels[at]!;
          return sum + gradient[at]! * level * s;
        }, 0);

      const passed = passGradients(gradient, values, step, range);

      const reach = 1e-4 * step;
      const slope = (productAt(step + reach) - productAt(step - reach)) / (2 * reach);
      expect(passed.step).toBeCloseTo(slope, 4);
    }),
  );
});

test("a weight beyond the ends has no gradient, one between them has that of its rounded value", () => {
  const values = Float32Array.of(-2.5, -1.7, 0.2, 1.4, 1.6);
  const gradient = Float32Array.of(1, 2, 3, 4, 5);

  const passed = passGradients(gradient, values, 1, { lowest: -2, highest: 1.5 });

  expect([...passed.values]).toEqual([0, 2, 3, 4, 0]);
});
