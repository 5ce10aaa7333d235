import { calibrationError, calibrationFloor } from "@radlite/model/statistics";
import { expect, test } from "vitest";
import { drawUniform } from "../../training/networks.ts";

test("one case: it is wrong by p when NORMAL, by 1 - p when PNEUMONIA", () => {
  expect(calibrationFloor([0.3])).toBeCloseTo(2 * 0.3 * 0.7, 12);
  expect(calibrationFloor([0, 1, 1])).toBe(0);
});

test("two cases of one bin, by hand: 0, 1 or 2 PNEUMONIA", () => {
  const [p, q] = [0.5, 0.52];
  const [none, both] = [(1 - p) * (1 - q), p * q];
  const mean = p + q;
  const expected = none * mean + (1 - none - both) * Math.abs(1 - mean) + both * (2 - mean);
  expect(calibrationFloor([p, q])).toBeCloseTo(expected / 2, 12);
});

test("is the mean error of labels that are drawn from the probabilities", () => {
  const probabilities = [...drawUniform(345, 5, 0, 1)].map((u) => (u < 0.5 ? u ** 3 : 1 - (1 - u) ** 3));
  const draws = 1000;
  let sum = 0;
  for (let seed = 1; seed <= draws; seed++) {
    const chances = drawUniform(probabilities.length, 100 + seed, 0, 1);
    sum += calibrationError(
      probabilities,
      probabilities.map((p, at) => (chances[at]! < p ? 1 : 0)),
    );
  }
  expect(calibrationFloor(probabilities)).toBeGreaterThan(0.01);
  expect(Math.abs(calibrationFloor(probabilities) - sum / draws)).toBeLessThan(0.0008); // three standard errors
});

test("falls with the root of the cases", () => {
  const ofHalves = (count: number) => calibrationFloor(Array.from({ length: count }, () => 0.5));
  expect(ofHalves(400) / ofHalves(40_000)).toBeCloseTo(10, 1);
  expect(ofHalves(40_000)).toBeCloseTo(Math.sqrt(2 / Math.PI) * Math.sqrt(0.25 / 40_000), 6); // the normal law's
});
