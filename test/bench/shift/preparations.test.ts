import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equaliseHistogram, normaliseLocally } from "../../../bench/shift/preparations.ts";

const SIDE = 12;
const anyPicture = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE })
  .map((values) => Float32Array.from(values));

describe("equaliseHistogram", () => {
  it("gives each value the middle of its share of the ranks", () => {
    const picture = Float32Array.of(5, -1, 5, 9);
    equaliseHistogram(picture);

    // Ranks: -1 takes [0, 1/4], the fives [1/4, 3/4], 9 takes [3/4, 1]; middles over [-sqrt 3, sqrt 3].
    const expected = [0, -0.75, 0, 0.75].map((share) => share * Math.sqrt(3));
    picture.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at]!, 6);
    });
  });

  it("keeps the order, and gives the same for any rising change of the grey levels", () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const changed = picture.map((value) => 3 * Math.exp(value / 40) - 7);
        const [one, other] = [picture.slice(), changed];
        equaliseHistogram(one);
        equaliseHistogram(other);

        expect(other).toEqual(one);
        picture.forEach((value, at) => {
          if (at > 0) expect(Math.sign(one[at]! - one[at - 1]!)).toBe(Math.sign(value - picture[at - 1]!));
        });
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe("normaliseLocally", () => {
  it("is the mean and deviation of the window, computed one by one", () => {
    const picture = Float32Array.from({ length: SIDE * SIDE }, (_, at) => Math.sin(at * at));
    const prepared = picture.slice();
    normaliseLocally(prepared, SIDE);

    const reach = 2; // a quarter of the side, rounded to half a window
    for (const [x, y] of [
      [0, 0],
      [5, 6],
      [11, 3],
    ] as const) {
      const around: number[] = [];
      for (let v = Math.max(0, y - reach); v <= Math.min(SIDE - 1, y + reach); v++)
        for (let u = Math.max(0, x - reach); u <= Math.min(SIDE - 1, x + reach); u++)
          around.push(picture[v * SIDE + u]!);
      const mean = around.reduce((sum, value) => sum + value, 0) / around.length;
      const variance = around.reduce((sum, value) => sum + (value - mean) ** 2, 0) / around.length;
      expect(prepared[y * SIDE + x]).toBeCloseTo((picture[y * SIDE + x]! - mean) / Math.sqrt(variance), 4);
    }
  });

  it("does not blow up a flat picture", () => {
    const flat = new Float32Array(SIDE * SIDE).fill(2);
    normaliseLocally(flat, SIDE);

    expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-3);
  });
});
