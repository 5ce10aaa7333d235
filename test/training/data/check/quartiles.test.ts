import fc from "fast-check";
import { expect, test } from "vitest";
import { summariseQuartiles } from "../../../../training/data/check/quartiles.ts";

test("by hand: between two values by interpolation", () => {
  expect(summariseQuartiles([4, 1, 3, 2])).toEqual({
    least: 1,
    lower: 1.75,
    median: 2.5,
    upper: 3.25,
    most: 4,
  });
  expect(summariseQuartiles([7])).toEqual({ least: 7, lower: 7, median: 7, upper: 7, most: 7 });
});

test("they are in order, and half of the values lie between the quartiles", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 8 }), (values) => {
      const { least, lower, median, upper, most } = summariseQuartiles(values);
      expect([least, lower, median, upper, most].toSorted((a, b) => a - b)).toEqual([
        ...[least, lower, median, upper, most],
      ]);
      const inside = values.filter((value) => value >= lower && value <= upper).length;
      expect(Math.abs(inside - values.length / 2)).toBeLessThanOrEqual(1);
    }),
    { seed: 1 },
  );
});
