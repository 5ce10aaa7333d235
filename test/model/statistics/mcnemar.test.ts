import { mcnemar } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Two classifiers over cases that only the first, only the second, or both get right. */
function compare(onlyFirst: number, onlySecond: number, both = 5) {
  const cases = (first: boolean, second: boolean, n: number) =>
    Array.from({ length: n }, () => ({ first, second }));
  const all = [
    ...cases(true, false, onlyFirst),
    ...cases(false, true, onlySecond),
    ...cases(true, true, both),
  ];
  return mcnemar(
    all.map((one) => one.first),
    all.map((one) => one.second),
  );
}

test("one against nine: 2·(1 + 10)/2^10, by hand", () => {
  const result = compare(1, 9);
  expect(result).toEqual({ onlyFirst: 1, onlySecond: 9, pValue: expect.closeTo(22 / 1024, 14) });
});

test("three against three is no evidence, and neither is nothing", () => {
  expect(compare(3, 3).pValue).toBe(1);
  expect(compare(0, 0).pValue).toBe(1);
});

test("the order of the two does not matter, and cases on which they agree do not count", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (a, b, both) => {
      const { pValue } = compare(a, b, both);
      expect(pValue).toBe(compare(b, a, 0).pValue);
      expect(pValue).toBeGreaterThan(0);
      expect(pValue).toBeLessThanOrEqual(1);
    }),
    { seed: 5 },
  );
});

test("the tail is the sum of binomial coefficients", () => {
  // Pascal's row 30, exact in doubles
  const row = [1];
  for (let k = 1; k <= 30; k++) row.push((row[k - 1]! * (31 - k)) / k);
  for (let k = 0; k < 15; k++) {
    const tail = row.slice(0, k + 1).reduce((sum, one) => sum + one, 0) / 2 ** 30;
    expect(compare(k, 30 - k).pValue).toBeCloseTo(2 * tail, 12);
  }
});

test("four thousand disagreements do not underflow: within 1% of the normal approximation", () => {
  // 1945 of 4000 lies 55 below the mean, 31.62 = sqrt(1000) a deviation: with continuity z = 54.5/31.62 = 1.7234, p = 0.0848
  expect(compare(1945, 2055).pValue).toBeCloseTo(0.0848, 3);
});

test("different numbers of cases are refused", () => {
  expect(() => mcnemar([true], [true, false])).toThrow(/same cases twice, got 1 and 2/);
});
