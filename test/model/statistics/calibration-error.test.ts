import { binProbabilities, calibrationError } from "@radlite/model/statistics";
import { expect, test } from "vitest";
import { seedDraws } from "./sample.ts";

test("three bins, worked by hand", () => {
  // Bin of 0.9 (two cases, one PNEUMONIA): |1.8 - 1| = 0.8. Bin of 0.1 (one NORMAL): 0.1. Bin of 0.5 (one PNEUMONIA): 0.5.
  const error = calibrationError([0.9, 0.9, 0.1, 0.5], [1, 0, 0, 1]);
  expect(error).toBeCloseTo((0.8 + 0.1 + 0.5) / 4, 12);
});

test("certain and right is 0, certain and wrong is 1", () => {
  expect(calibrationError([1, 1, 0], [1, 1, 0])).toBe(0);
  expect(calibrationError([1, 0, 0], [0, 1, 1])).toBe(1);
});

test("errors of opposite sign cancel inside a bin and not between bins", () => {
  const inside = calibrationError([0.51, 0.51], [1, 0]); // both in the bin 7/15 to 8/15
  const between = calibrationError([0.3, 0.7], [1, 0]);
  expect(inside).toBeCloseTo(0.01, 12);
  expect(between).toBeCloseTo(0.7, 12);
});

test("labels drawn from the probabilities themselves are calibrated", () => {
  const { uniform } = seedDraws(6);
  const probabilities = Array.from({ length: 30_000 }, () => uniform());
  const labels = probabilities.map((probability) => (uniform() < probability ? 1 : 0));
  const overconfident = probabilities.map((probability) =>
    probability < 0.5 ? probability / 2 : (1 + probability) / 2,
  );
  expect(calibrationError(probabilities, labels)).toBeLessThan(0.012);
  expect(calibrationError(overconfident, labels)).toBeCloseTo(0.125, 1); // mean |shift| = mean of min(p, 1-p)/2
});

test("a probability outside [0, 1] is refused", () => {
  expect(() => calibrationError([0.2, 1.2], [0, 1])).toThrow(/probability of case 1 is 1.2/);
});

test("bins hold every case once, and their gaps, weighed by their cases, are the error", () => {
  const { uniform } = seedDraws(7);
  const probabilities = [...Array.from({ length: 500 }, () => uniform()), 0, 1];
  const labels = probabilities.map((_, i) => i % 2);

  const bins = binProbabilities(probabilities, labels);

  expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(502);
  for (const { n, low, high, meanProbability } of bins) {
    if (n === 0) continue;
    expect(meanProbability).toBeGreaterThanOrEqual(low);
    expect(meanProbability).toBeLessThanOrEqual(high);
  }
  const gap = bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.meanProbability - bin.share), 0) / 502;
  expect(gap).toBeCloseTo(calibrationError(probabilities, labels), 12);
});
