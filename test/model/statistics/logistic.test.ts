import { sigmoid, softplus } from "@radlite/model/statistics";
import { expect, test } from "vitest";

test("sigmoid is one half at 0, odd about it, and 0 and 1 far away", () => {
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15);
  for (const z of [0.1, 2, 30]) expect(sigmoid(z) + sigmoid(-z)).toBeCloseTo(1, 15);
  expect([sigmoid(-1e4), sigmoid(1e4)]).toEqual([0, 1]);
});

test("softplus is minus the logarithm of the other class' probability, and finite where that is 0", () => {
  for (const z of [-20, -1, 0, 0.5, 8]) expect(softplus(z)).toBeCloseTo(-Math.log(1 - sigmoid(z)), 10);
  expect([softplus(-1e4), softplus(1e4)]).toEqual([0, 1e4]);
});
