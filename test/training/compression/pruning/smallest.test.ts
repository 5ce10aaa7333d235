import fc from "fast-check";
import { expect, test } from "vitest";
import { findSmallest } from "../../../../training/compression/pruning/smallest.ts";

test("the smallest come first, of equal ones those in front", () => {
  const sizes = Float32Array.of(3, 1, 2, 1, 2, 2);

  expect(findSmallest(sizes, 0)).toEqual([]);
  expect(findSmallest(sizes, 1)).toEqual([1]);
  expect(findSmallest(sizes, 2)).toEqual([1, 3]);
  expect(findSmallest(sizes, 4)).toEqual([1, 2, 3, 4]);
  expect(findSmallest(sizes, 9)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("as many as asked for, none larger than one that stays, and more include fewer", () => {
  const cases = fc.record({
    sizes: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
    count: fc.nat(60),
  });
  fc.assert(
    fc.property(cases, ({ sizes, count }) => {
      const numbers = Float32Array.from(sizes);
      const found = findSmallest(numbers, count);
      const left = sizes.filter((_, at) => !found.includes(at));

      expect(found.length).toBe(Math.min(count, sizes.length));
      expect(Math.max(-1, ...found.map((at) => sizes[at]!))).toBeLessThanOrEqual(Math.min(10, ...left));
      expect(findSmallest(numbers, count + 1)).toEqual(expect.arrayContaining(found));
    }),
    { seed: 51 },
  );
});
