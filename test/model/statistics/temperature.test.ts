import { calibrationError, fitTemperature } from "@radlite/model/statistics";
import { expect, test } from "vitest";
import { seedDraws } from "./sample.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test("nine of ten right at ±3: sigmoid(3/T) = 0.9 in closed form", () => {
  const logits = [...Array<number>(10).fill(3), ...Array<number>(10).fill(-3)];
  const labels = [0, ...Array<number>(9).fill(1), 1, ...Array<number>(9).fill(0)];
  expect(fitTemperature(logits, labels)).toBe(Math.fround(3 / Math.log(9)));
});

test.each([0.6, 1, 2.5])("a planted temperature of %s is found again, and mends calibration", (planted) => {
  const { normal, uniform } = seedDraws(7);
  const honest = Array.from({ length: 30_000 }, () => 2 * normal());
  const labels = honest.map((logit) => (uniform() < sigmoid(logit) ? 1 : 0));
  const logits = honest.map((logit) => logit * planted);
  const temperature = fitTemperature(logits, labels);
  const errorAfter = calibrationError(
    logits.map((logit) => sigmoid(logit / temperature)),
    labels,
  );
  expect(temperature / planted).toBeGreaterThan(0.97);
  expect(temperature / planted).toBeLessThan(1.03);
  expect(errorAfter).toBeLessThan(0.012);
});

test("no neighbour has a lower loss", () => {
  const { normal, uniform } = seedDraws(8);
  const logits = Array.from({ length: 300 }, () => 4 * normal());
  const labels = logits.map((logit) => (uniform() < sigmoid(logit / 3) ? 1 : 0));
  const loss = (temperature: number) =>
    logits.reduce(
      (sum, logit, i) => sum + Math.log1p(Math.exp(((1 - 2 * labels[i]!) * logit) / temperature)),
      0,
    );
  const temperature = fitTemperature(logits, labels);
  expect(loss(temperature)).toBeLessThan(loss(temperature * 1.01));
  expect(loss(temperature)).toBeLessThan(loss(temperature / 1.01));
});

test("what has no minimum ends at a limit", () => {
  expect(fitTemperature([-2, -1, 1, 2], [0, 0, 1, 1])).toBe(Math.fround(0.05)); // separated: sharper is always better
  expect(fitTemperature([-2, -1, 1, 2], [1, 1, 0, 0])).toBe(20); // misleading: flatter is always better
});
