import { summariseSpread } from "@radlite/model/statistics";
import { expect, test } from "vitest";

test("mean, deviation of the sample and range, by hand", () => {
  expect(summariseSpread([2, 4, 9])).toEqual({ n: 3, mean: 5, deviation: Math.sqrt(13), low: 2, high: 9 });
});

test("a single value has no deviation", () => {
  expect(summariseSpread([0.5])).toEqual({ n: 1, mean: 0.5, low: 0.5, high: 0.5 });
});

test.each([[[]], [[1, Number.NaN]]])("nothing to summarise in %j", (values) => {
  expect(() => summariseSpread(values)).toThrow(/a spread needs finite numbers/);
});
