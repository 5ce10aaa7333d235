import { wilsonInterval } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

test("8 of 10 and the two ends, worked by hand", () => {
  const z2 = 1.959963984540054 ** 2; // 3.8415
  const middle = wilsonInterval(8, 10);
  // centre (0.8 + z²/20)/(1 + z²/10) = 0.71674, half width z·sqrt(0.016 + z²/400)/(1 + z²/10) = 0.22658
  expect(middle.value).toBe(0.8);
  expect(middle.low).toBeCloseTo(0.49016, 5);
  expect(middle.high).toBeCloseTo(0.94332, 5);
  expect(wilsonInterval(0, 10)).toEqual({ value: 0, low: 0, high: expect.closeTo(z2 / (10 + z2), 12) });
  expect(wilsonInterval(10, 10)).toEqual({ value: 1, low: expect.closeTo(10 / (10 + z2), 12), high: 1 });
});

test("the interval holds its value, stays in [0, 1], and mirrors when successes and failures swap", () => {
  const counts = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
  fc.assert(
    fc.property(counts, ([successes, n]) => {
      const { value, low, high } = wilsonInterval(successes, n);
      const mirrored = wilsonInterval(n - successes, n);
      expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      expect(mirrored.low).toBeCloseTo(1 - high, 12);
      expect(mirrored.high).toBeCloseTo(1 - low, 12);
    }),
    { seed: 1 },
  );
});

test("the exact coverage over all outcomes of 40 cases averages 95%", () => {
  const n = 40;
  const intervals = Array.from({ length: n + 1 }, (_, k) => wilsonInterval(k, n));
  const proportions = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
  const coverages = proportions.map((p) => {
    let covered = 0;
    let chance = (1 - p) ** n; // of k successes, by recurrence
    for (let k = 0; k <= n; k++) {
      if (intervals[k]!.low <= p && p <= intervals[k]!.high) covered += chance;
      chance *= (((n - k) / (k + 1)) * p) / (1 - p);
    }
    return covered;
  });
  const average = coverages.reduce((sum, one) => sum + one, 0) / coverages.length;
  expect(average).toBeGreaterThan(0.945);
  expect(average).toBeLessThan(0.96);
  expect(Math.min(...coverages)).toBeGreaterThan(0.83); // Wilson's known dip near 0 and 1
});

test.each([
  [1, 0, /at least one case, got n = 0/],
  [3, 2, /0 to 2 successes of 2, got 3/],
  [0.5, 2, /got 0.5/],
])("%s of %s is refused", (successes, n, message) => {
  expect(() => wilsonInterval(successes, n)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
  expect(() => wilsonInterval(successes, n)).toThrow(message);
});
