import { expect, test } from "vitest";
import { updateAverage } from "../../../training/fit/average.ts";

test("averages by the decay once enough steps are behind", () => {
  const average = [Float32Array.of(1, 2)];

  updateAverage(average, [Float32Array.of(2, 0)], { decay: 0.9, steps: 10_000 });

  expect(average[0]![0]).toBeCloseTo(1.1, 6);
  expect(average[0]![1]).toBeCloseTo(1.8, 6);
});

test("forgets the first values: after one step nine elevenths are new", () => {
  const average = [Float32Array.of(1)];

  updateAverage(average, [Float32Array.of(0)], { decay: 0.999, steps: 1 });

  expect(average[0]![0]).toBeCloseTo(2 / 11, 6);
});

test("a decay of zero is the weights themselves", () => {
  const average = [Float32Array.of(5)];

  updateAverage(average, [Float32Array.of(0.25)], { decay: 0, steps: 3 });

  expect(average[0]![0]).toBe(0.25);
});
