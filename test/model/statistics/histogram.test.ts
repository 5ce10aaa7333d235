import { countHistogram } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

test("a border belongs to the bin above, and what lies outside to the bins at the ends", () => {
  const { counts } = countHistogram([-5, -1, -0.5, 0, 0.49, 0.5, 1, 9], { low: -1, high: 1, bins: 4 });
  expect(counts).toEqual([2, 1, 2, 3]);
});

test("every number is counted once", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true })), (values) => {
      const { counts } = countHistogram(values, { low: -1, high: 1, bins: 7 });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    }),
    { seed: 3 },
  );
});
