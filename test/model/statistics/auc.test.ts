import { aucDeLong } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seedDraws } from "./sample.ts";

/** Scores on a coarse grid, so that ties are common; at least two cases of either class. */
const samples = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 25 }),
    fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 25 }),
  )
  .map(([positive, negative]) => ({ positive, negative }));

function estimate({ positive, negative }: { positive: number[]; negative: number[] }) {
  return aucDeLong([...positive, ...negative], [...positive.map(() => 1), ...negative.map(() => 0)]);
}

const win = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[]) =>
  values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);

test("four cases, worked by hand", () => {
  // Positives 0.8 and 0.4, negatives 0.6 and 0.1: three of four pairs are in order.
  // Per positive 1 and 0.5, per negative 0.5 and 1: both variances 0.125, so s² = 0.125/2 + 0.125/2 and s = 0.35355.
  const { value, low, high } = estimate({ positive: [0.8, 0.4], negative: [0.6, 0.1] });
  expect(value).toBe(0.75);
  expect(low).toBeCloseTo(0.75 - 1.959964 * 0.353553, 5);
  expect(high).toBe(1); // 1.44 without the clip
});

test("value and interval equal the count over all pairs, ties one half", () => {
  fc.assert(
    fc.property(samples, (sample) => {
      const { positive, negative } = sample;
      const perPositive = positive.map((x) => mean(negative.map((y) => win(x, y))));
      const perNegative = negative.map((y) => mean(positive.map((x) => win(x, y))));
      const deviation = Math.sqrt(
        variance(perPositive) / positive.length + variance(perNegative) / negative.length,
      );
      const { value, low, high } = estimate(sample);
      expect(value).toBeCloseTo(mean(perPositive), 12);
      if (deviation < 1e-9) return;
      expect(low).toBeCloseTo(Math.max(0, value - 1.959963984540054 * deviation), 9);
      expect(high).toBeCloseTo(Math.min(1, value + 1.959963984540054 * deviation), 9);
    }),
    { seed: 2 },
  );
});

test("turning the scores round mirrors the estimate, and a monotone map leaves it alone", () => {
  fc.assert(
    fc.property(samples, ({ positive, negative }) => {
      const straight = estimate({ positive, negative });
      const turned = estimate({ positive: positive.map((x) => -x), negative: negative.map((y) => -y) });
      const mapped = estimate({ positive: positive.map(Math.exp), negative: negative.map(Math.exp) });
      expect(turned.value).toBeCloseTo(1 - straight.value, 12);
      expect(turned.low).toBeCloseTo(1 - straight.high, 9);
      expect(mapped).toEqual(straight);
    }),
    { seed: 3 },
  );
});

test("perfect separation is no certainty: Wilson's interval over the smaller class", () => {
  const z2 = 1.959963984540054 ** 2;
  const positive = Array.from({ length: 50 }, (_, i) => 100 + i);
  const negative = Array.from({ length: 30 }, (_, i) => i);
  expect(estimate({ positive, negative })).toEqual({
    value: 1,
    low: expect.closeTo(30 / (30 + z2), 12),
    high: 1,
  });
  expect(estimate({ positive: negative, negative: positive })).toEqual({
    value: 0,
    low: 0,
    high: expect.closeTo(z2 / (30 + z2), 12),
  });
});

test("a class of one case still gives a finite interval around the value", () => {
  const { value, low, high } = estimate({ positive: [5], negative: [1, 2, 6, 3] });
  expect(value).toBe(0.75);
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThan(0.75);
  expect(high).toBeGreaterThan(0.75);
  expect(high).toBeLessThanOrEqual(1);
});

test("the interval covers the true area 95 times in a hundred", () => {
  const { normal } = seedDraws(4);
  const truth = 0.8413447460685429; // normal scores sqrt(2) apart: Phi(sqrt(2)/sqrt(2)) = Phi(1)
  const rounds = 1500;
  let covered = 0;
  for (let round = 0; round < rounds; round++) {
    const positive = Array.from({ length: 60 }, () => normal() + Math.SQRT2);
    const negative = Array.from({ length: 50 }, () => normal());
    const { low, high } = estimate({ positive, negative });
    if (low <= truth && truth <= high) covered++;
  }
  expect(covered / rounds).toBeGreaterThan(0.925);
  expect(covered / rounds).toBeLessThan(0.965);
});

test.each([
  [[0.1, 0.9], [1, 1], /no NORMAL case among 2/],
  [[0.1, 0.9], [0, 0], /no PNEUMONIA case among 2/],
  [[], [], /no NORMAL case among 0/],
  [[0.1, Number.NaN], [0, 1], /score of case 1 is NaN/],
  [[0.1, 0.2], [0, 2], /label of case 1 is 2/],
  [[0.1], [0, 1], /2 labels for 1/],
])("scores %j with labels %j are refused by name", (scores, labels, message) => {
  expect(() => aucDeLong(scores, labels)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
  expect(() => aucDeLong(scores, labels)).toThrow(message);
});
