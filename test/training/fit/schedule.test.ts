import { expect, test } from "vitest";
import { computeRate } from "../../../training/fit/schedule.ts";

const SCHEDULE = { rate: 0.1, warmupSteps: 4, totalSteps: 24 };

test("warms up in equal steps to the full rate", () => {
  const rates = [0, 1, 2, 3, 4].map((step) => computeRate(step, SCHEDULE));

  [0.02, 0.04, 0.06, 0.08, 0.1].forEach((expected, step) => {
    expect(rates[step]).toBeCloseTo(expected, 12);
  });
});

test("half way down the cosine the rate is half, a quarter of the way (1 + cos 45°) / 2", () => {
  expect(computeRate(14, SCHEDULE)).toBeCloseTo(0.05, 12);
  expect(computeRate(9, SCHEDULE)).toBeCloseTo((0.1 * (1 + Math.SQRT1_2)) / 2, 12);
});

test("falls all the way and never reaches zero before the end", () => {
  const rates = Array.from({ length: 20 }, (_, at) => computeRate(4 + at, SCHEDULE));

  expect(rates.every((rate, at) => at === 0 || rate < rates[at - 1]!)).toBe(true);
  expect(rates.at(-1)).toBeGreaterThan(0);
  expect(computeRate(24, SCHEDULE)).toBeCloseTo(0, 12);
});

test("without a warm-up starts at the full rate", () => {
  expect(computeRate(0, { rate: 0.3, warmupSteps: 0, totalSteps: 10 })).toBeCloseTo(0.3, 12);
});
