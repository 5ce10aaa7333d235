/** Where the colour of a map lies: worked by hand, and the laws that keep it on the picture that was read. */
import { type ActivationMap, BAND_PROBABILITIES, layBands } from "@radlite/model/verdict";
import fc from "fast-check";
import { expect, test } from "vitest";

const map = (width: number, height: number, ...values: number[]): ActivationMap => ({
  width,
  height,
  values: Float32Array.from(values),
});
const plain = { head: { bias: 0 }, temperature: 1 };

function lay(of: ActivationMap, width: number, height: number, scale = plain) {
  const size = { width, height };
  return [...layBands(of, scale, { content: { left: 0, top: 0, ...size }, original: size, size })];
}

test("bands begin at the logits of 0.9, 0.99 and 0.999: 2.197, 4.595, 6.907", () => {
  expect(BAND_PROBABILITIES).toEqual([0.9, 0.99, 0.999]);
  const values = [-9, 2.19, 2.2, 4.59, 4.6, 6.9, 6.91, 99];
  expect(lay(map(8, 1, ...values), 8, 1)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test("bias and temperature decide as they do over the probability", () => {
  const values = [3.3, 3.4]; // 2 * 2.197 - 1 = 3.394
  expect(lay(map(2, 1, ...values), 2, 1, { head: { bias: 1 }, temperature: 2 })).toEqual([0, 1]);
});

test("between the middles of two cells values are interpolated, outside them they stay", () => {
  // Two cells of four pixels, 0 and 8: 0 0 | 1 3 5 7 | 8 8.
  expect(lay(map(2, 1, 0, 8), 8, 1)).toEqual([0, 0, 0, 1, 2, 3, 3, 3]);
  expect(lay(map(1, 2, 0, 8), 1, 8)).toEqual([0, 0, 0, 1, 2, 3, 3, 3]);
});

test("what trimming took away has no colour, at whatever size it is drawn", () => {
  const content = { left: 40, top: 20, width: 40, height: 60 };
  const bands = layBands(map(1, 1, 9), plain, {
    content,
    original: { width: 100, height: 100 },
    size: { width: 10, height: 5 }, // of 10x20 pixels
  });
  const rows = Array.from({ length: 5 }, (_, y) => [...bands.subarray(10 * y, 10 * y + 10)].join(""));
  expect(rows).toEqual(["0000000000", "0000333300", "0000333300", "0000333300", "0000000000"]);
});

test("no band is higher than the map's highest value, none lower than its lowest", () => {
  const cell = fc.double({ min: -20, max: 20, noNaN: true });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 6, maxLength: 6 }), (values) => {
      const drawn = lay(map(3, 2, ...values), 31, 17);
      const cells = lay(map(6, 1, ...values), 6, 1);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(Math.max(...cells));
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(Math.min(...cells));
    }),
  );
});
