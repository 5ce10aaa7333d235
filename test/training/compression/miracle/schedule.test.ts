import { expect, test } from "vitest";
import { coolRate } from "../../../../training/compression/miracle/schedule.ts";

const ratesOf = (cool: number) =>
  Array.from({ length: 8 }, (_, step) => coolRate(step, { rate: 2, cool, totalSteps: 8 }));

test("without cooling the rate stays", () => {
  expect(ratesOf(0)).toEqual(new Array(8).fill(2));
});

test("the last half falls along half a cosine, from the rate down, the last step still moving", () => {
  const half = Math.SQRT1_2;

  const rates = ratesOf(0.5);

  expect(rates.slice(0, 4)).toEqual([2, 2, 2, 2]);
  for (const [at, rate] of [2, 1 + half, 1, 1 - half].entries()) expect(rates[4 + at]).toBeCloseTo(rate, 12);
});
