import { calibrationError, fitScaling, fitTemperature } from "@radlite/model/statistics";
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

/** `count` cases of which `share` are PNEUMONIA, logits honest for a prior of one half, then scaled and moved. */
function drawMoved(count: number, share: number, { scale, move }: { scale: number; move: number }) {
  const { normal, uniform } = seedDraws(9);
  const labels = Array.from({ length: count }, () => (uniform() < share ? 1 : 0));
  // Two normals of deviation d, their means d² apart: the logit of one half is the value itself.
  const honest = labels.map((label) => 2 * normal() + 4 * (label - 0.5));
  return { labels, logits: honest.map((logit) => scale * logit - move) };
}

test.each([0.2, 0.5, 0.8])("scale and move are found again, whatever share is PNEUMONIA: %s", (share) => {
  const { logits, labels } = drawMoved(5000, share, { scale: 1.5, move: 2 });
  const { temperature, bias } = fitScaling(logits, labels, 0.5);
  expect(Math.abs(temperature - 1.5)).toBeLessThan(0.12);
  expect(Math.abs(bias - 2)).toBeLessThan(0.15);
});

test("another prior moves the calibrated logit by the log of its odds", () => {
  const { logits, labels } = drawMoved(5000, 0.5, { scale: 1, move: 0 });
  const { temperature, bias } = fitScaling(logits, labels, 0.2);
  expect(Math.abs(bias / temperature - Math.log(0.2 / 0.8))).toBeLessThan(0.12);
});

test("no neighbour in temperature or bias has a lower loss at the prior", () => {
  const { logits, labels } = drawMoved(400, 0.7, { scale: 1.5, move: 1 });
  const positives = labels.filter((label) => label === 1).length;
  const loss = (temperature: number, bias: number) =>
    logits.reduce((sum, logit, i) => {
      const weight = labels[i] === 1 ? 0.3 / positives : 0.7 / (labels.length - positives);
      const calibrated = (logit + bias) / temperature;
      return sum + weight * Math.log1p(Math.exp((1 - 2 * labels[i]!) * calibrated));
    }, 0);
  const { temperature, bias } = fitScaling(logits, labels, 0.3);
  const least = loss(temperature, bias);
  for (const [scale, move] of [
    [1.01, 0],
    [1 / 1.01, 0],
    [1, 0.01],
    [1, -0.01],
  ] as const) {
    expect(loss(temperature * scale, bias + move)).toBeGreaterThan(least);
  }
  expect(
    fitTemperature(
      logits.map((logit) => logit + bias),
      labels,
      0.3,
    ),
  ).toBeCloseTo(temperature, 5);
});
