import { drawCandidates, drawPlaces, drawSigns } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { computeQuantile } from "../../../../model/format/codecs/seeded-random.ts";

const UNIT = 2 ** 32;

test("draws are what they were when the first file was written", () => {
  const candidates = drawCandidates(1, 0);
  const signs = drawSigns(1, 0);

  expect([0, 1, 2, 3].map(candidates)).toEqual(GOLDEN_CANDIDATES);
  expect([...drawPlaces(1, 12)]).toEqual([0, 7, 10, 1, 11, 3, 2, 4, 8, 6, 5, 9]);
  expect([0, 1, 2, 3, 4, 5, 6, 7].map(signs)).toEqual([-1, 1, -1, -1, 1, 1, 1, -1]);
});

const GOLDEN_CANDIDATES = [
  1.5782021827514685, 1.3857526504156226, -0.27820242851425725, 0.058580110935765914,
];

test("the quantile is that of Python's statistics.NormalDist within 1e-6, odd, and rises", () => {
  const reference: [u: number, z: number][] = [
    [0, -6.337957754553789],
    [1, -6.166429517819749],
    [322122547, -1.4395314704450153], // the last of the tail, at 0.075
    [322122548, -1.4395314688002132], // the first of the middle
    [2 ** 30, -0.6744897498297384],
    [2 ** 31, 2.9180993729166234e-10],
    [4187593113, 1.9599639841416792],
    [UNIT - 1, 6.337957754553789],
  ];
  for (const [u, z] of reference) expect(Math.abs(computeQuantile(u) - z)).toBeLessThan(1e-6);

  fc.assert(
    fc.property(fc.nat({ max: UNIT - 1 }), fc.integer({ min: 1000, max: 2 ** 24 }), (u, step) => {
      expect(computeQuantile(UNIT - 1 - u)).toBe(-computeQuantile(u));
      if (u + step < UNIT) expect(computeQuantile(u + step)).toBeGreaterThan(computeQuantile(u));
    }),
    { numRuns: 2000, seed: 3 },
  );
});

/** Means over the table of what `measure` makes of an entry, its left neighbour and the one above it. */
function measureTable(measures: ((z: number, left: number, above: number) => number)[]): number[] {
  const [rows, columns] = [4096, 32];
  const sums = measures.map(() => 0);
  let above = new Array<number>(columns).fill(0);
  for (let row = 0; row < rows; row++) {
    const candidate = drawCandidates(7, row);
    const entries = above.map((_, column) => candidate(column));
    entries.forEach((z, column) => {
      measures.forEach((measure, at) => {
        sums[at]! += measure(z, entries[column - 1] ?? 0, above[column]!);
      });
    });
    above = entries;
  }
  return sums.map((sum) => sum / (rows * columns));
}

test("candidates have a normal distribution's moments and no memory of their neighbours", () => {
  const [mean, second, third, fourth, left, above] = measureTable([
    (z) => z,
    (z) => z ** 2,
    (z) => z ** 3,
    (z) => z ** 4,
    (z, other) => z * other,
    (z, _, other) => z * other,
  ]);

  const deviation = 1 / Math.sqrt(4096 * 32); // of a mean of such numbers; all bounds are four of them
  expect(Math.abs(mean!)).toBeLessThan(4 * deviation);
  expect(Math.abs(second! - 1)).toBeLessThan(4 * Math.sqrt(2) * deviation);
  expect(Math.abs(third!)).toBeLessThan(4 * Math.sqrt(15) * deviation);
  expect(Math.abs(fourth! - 3)).toBeLessThan(4 * Math.sqrt(96) * deviation);
  expect(Math.abs(left!)).toBeLessThan(4 * deviation);
  expect(Math.abs(above!)).toBeLessThan(4 * deviation);
});

test("places are a permutation, in which every number comes to every place", () => {
  const counts = new Float64Array(49);
  for (let seed = 0; seed < 7000; seed++) {
    const places = drawPlaces(seed, 7);
    expect([...places].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    places.forEach((place, at) => {
      counts[7 * at + place]! += 1;
    });
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000 * (6 / 7)));
});

test("signs are even, and those of two streams differ half the time", () => {
  const [one, other] = [drawSigns(5, 0), drawSigns(5, 1)];
  let [sum, agreement] = [0, 0];
  for (let at = 0; at < 10_000; at++) {
    sum += one(at);
    agreement += one(at) * other(at);
  }

  expect(Math.abs(sum)).toBeLessThan(4 * 100);
  expect(Math.abs(agreement)).toBeLessThan(4 * 100);
});
