import { findParetoFront } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

const point = (cost: number, worth: number) => ({ cost, worth });

test("what is dearer and no better, or as dear and worse, is not on the front; equals are there together", () => {
  const points = [point(1, 0.8), point(2, 0.8), point(2, 0.9), point(2, 0.9), point(3, 0.85), point(4, 0.95)];
  expect(findParetoFront(points)).toEqual([true, false, true, true, false, true]);
  expect(findParetoFront([])).toEqual([]);
});

test("off the front there is something on it that is no dearer and no worse; on it nothing is beaten", () => {
  const tradeoff = fc.record({ cost: fc.integer({ min: 0, max: 9 }), worth: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(tradeoff, { minLength: 1, maxLength: 30 }), (points) => {
      const front = findParetoFront(points);
      const best = points.filter((_, at) => front[at]);
      points.forEach((one, at) => {
        const beaten = best.some(
          (other) =>
            other.cost <= one.cost &&
            other.worth >= one.worth &&
            (other.cost < one.cost || other.worth > one.worth),
        );
        expect(beaten).toBe(!front[at]);
      });
    }),
    { seed: 5 },
  );
});
