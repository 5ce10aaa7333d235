import fc from "fast-check";
import { expect, test } from "vitest";
import { findLookAlikes } from "../../../../training/data/check/look-alikes.ts";

const SIDE = 8;

/** Pearson's, by its definition. */
function correlate(a: readonly number[], b: readonly number[]): number {
  const mean = (all: readonly number[]) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const [centreA, centreB] = [a.map((value) => value - mean(a)), b.map((value) => value - mean(b))];
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0);
  return dot(centreA, centreB) / Math.sqrt(dot(centreA, centreA) * dot(centreB, centreB));
}

const find = (pictures: readonly (readonly number[])[], least: number) =>
  findLookAlikes(Float32Array.from(pictures.flat()), SIDE, least);

const picture = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: SIDE ** 2, maxLength: SIDE ** 2 });

test("finds exactly the pairs that correlate, whatever the threshold", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(picture, { maxLength: 7 }),
      fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      async (all, least) => {
        const expected = all.flatMap((a, i) =>
          all.flatMap((b, j) => (j > i && correlate(a, b) >= least + 1e-5 ? [`${i} ${j}`] : [])),
        );
        const found = (await find(all, least)).filter(({ correlation }) => correlation >= least + 1e-5);
        expect(found.map(({ pair }) => pair.join(" ")).sort()).toEqual(expected.sort());
        for (const { pair, correlation } of found) {
          expect(correlation).toBeCloseTo(correlate(all[pair[0]]!, all[pair[1]]!), 5);
        }
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test("a picture made brighter and flatter is the same picture, its negative is not, and a flat one is like nothing", async () => {
  const one = Array.from({ length: SIDE ** 2 }, (_, at) => (at * 37) % 101);
  const brighter = one.map((value) => 0.5 * value + 40);
  const negative = one.map((value) => 100 - value);
  const flat = one.map(() => 7);

  const found = await find([one, negative, brighter, flat, flat], 0.99);

  expect(found.map(({ pair }) => pair)).toEqual([[0, 2]]);
  expect(found[0]!.correlation).toBeCloseTo(1, 6);
});

test("the most alike come first", async () => {
  const one = Array.from({ length: SIDE ** 2 }, (_, at) => (at * 37) % 101);
  const noisy = (by: number) => one.map((value, at) => value + (at % 2 === 0 ? by : -by));
  const found = await find([one, noisy(20), noisy(4)], 0.7);

  expect(found.map(({ pair }) => pair)).toEqual([
    [0, 2],
    [1, 2],
    [0, 1],
  ]);
});
