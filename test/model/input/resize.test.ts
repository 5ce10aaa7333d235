import { type Raster, resizeArea } from "@radlite/model/input";
import fc from "fast-check";
import { expect, test } from "vitest";

const grey = (width: number, height: number, pixels: number[]): Raster => ({
  width,
  height,
  channels: 1,
  pixels: Float32Array.from(pixels),
});
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const rasters = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    channels: fc.constantFrom<1 | 3>(1, 3),
  })
  .chain(({ width, height, channels }) =>
    fc
      .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
      .map((pixels): Raster => ({ width, height, channels, pixels })),
  );
const sizes = fc.integer({ min: 1, max: 30 });

test("golden: a row of 3 to 2, edges shared by halves", () => {
  // Each target pixel covers 1.5 source pixels: (10 + 20/2)/1.5 and (20/2 + 40)/1.5.
  expect(resizeArea(grey(3, 1, [10, 20, 40]), 2, 1).pixels).toEqual(Float32Array.from([40 / 3, 100 / 3]));
});

test("golden: a row of 5 to 3, fractions of a third", () => {
  // 5/3 pixels each: (3 + 2·6)/5·..., in thirds of a pixel: [3a + 2b, b + 3c + d, 2d + 3e] / 5
  const [a, b, c, d, e] = [10, 20, 60, 100, 30];
  expect(resizeArea(grey(5, 1, [a, b, c, d, e]), 3, 1).pixels).toEqual(
    Float32Array.from([(3 * a + 2 * b) / 5, (b + 3 * c + d) / 5, (2 * d + 3 * e) / 5]),
  );
});

test("golden: 3 x 3 to 2 x 2", () => {
  // Weights 4 2 / 2 1 from the corner inwards, over 9.
  const raster = grey(3, 3, [9, 18, 27, 36, 45, 54, 63, 72, 81]);
  expect(Array.from(resizeArea(raster, 2, 2).pixels)).toEqual([
    (4 * 9 + 2 * 18 + 2 * 36 + 45) / 9,
    (2 * 18 + 4 * 27 + 45 + 2 * 54) / 9,
    (2 * 36 + 45 + 4 * 63 + 2 * 72) / 9,
    (45 + 2 * 54 + 2 * 72 + 4 * 81) / 9,
  ]);
});

test("golden: a row of 2 to 3 and to 4 (enlarged)", () => {
  expect(Array.from(resizeArea(grey(2, 1, [10, 40]), 3, 1).pixels)).toEqual([10, 25, 40]);
  expect(Array.from(resizeArea(grey(2, 1, [10, 40]), 4, 1).pixels)).toEqual([10, 10, 40, 40]);
});

test("golden: three channels are kept apart", () => {
  const colour: Raster = {
    width: 2,
    height: 1,
    channels: 3,
    pixels: Uint8Array.from([10, 20, 30, 30, 60, 90]),
  };
  expect(Array.from(resizeArea(colour, 1, 1).pixels)).toEqual([20, 40, 60]);
});

test("the same size is the same picture, in a new array", () => {
  fc.assert(
    fc.property(rasters, (raster) => {
      const same = resizeArea(raster, raster.width, raster.height);
      expect(Array.from(same.pixels)).toEqual(Array.from(raster.pixels));
      expect(same.pixels.buffer).not.toBe(raster.pixels.buffer);
    }),
    { seed: 20 },
  );
});

test("the mean is conserved at any size, and no pixel leaves the range of its source", () => {
  fc.assert(
    fc.property(rasters, sizes, sizes, (raster, width, height) => {
      const { pixels } = resizeArea(raster, width, height);
      expect(mean(pixels)).toBeCloseTo(mean(raster.pixels), 3);
      expect(Math.min(...pixels)).toBeGreaterThanOrEqual(Math.min(...raster.pixels) - 1e-4);
      expect(Math.max(...pixels)).toBeLessThanOrEqual(Math.max(...raster.pixels) + 1e-4);
    }),
    { seed: 21 },
  );
});

test("whole factors compose: first by a, then by b, is by ab", () => {
  const factors = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(rasters, factors, (raster, [a, b]) => {
      const large = resizeArea(raster, raster.width * a * b, raster.height * a * b);
      const inSteps = resizeArea(
        resizeArea(large, raster.width * a, raster.height * a),
        raster.width,
        raster.height,
      );
      const atOnce = resizeArea(large, raster.width, raster.height);
      const stray = (one: Raster, other: Raster) =>
        Math.max(...Array.from(one.pixels, (pixel, i) => Math.abs(pixel - other.pixels[i]!)));
      expect(stray(inSteps, atOnce)).toBeLessThan(1e-3);
      expect(stray(atOnce, raster)).toBeLessThan(1e-3); // enlarging by whole numbers loses nothing
    }),
    { seed: 22, numRuns: 40 },
  );
});

test("every target pixel is the integral over its rectangle, by brute force on a common grid", () => {
  fc.assert(
    fc.property(
      rasters,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      (raster, width, height) => {
        const { pixels } = resizeArea(raster, width, height);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            let sum = 0; // over raster.width x raster.height cells of the grid that both sizes divide
            for (let v = 0; v < raster.height; v++)
              for (let u = 0; u < raster.width; u++) {
                const column = Math.floor((x * raster.width + u) / width);
                const row = Math.floor((y * raster.height + v) / height);
                sum += raster.pixels[(row * raster.width + column) * raster.channels]!;
              }
            expect(pixels[(y * width + x) * raster.channels]).toBeCloseTo(
              sum / (raster.width * raster.height),
              3,
            );
          }
      },
    ),
    { seed: 23, numRuns: 40 },
  );
});

test.each([
  [0, 4],
  [4, -1],
  [1.5, 4],
])("a size of %s x %s is refused", (width, height) => {
  expect(() => resizeArea(grey(2, 1, [1, 2]), width, height)).toThrow(/positive whole pixels/);
});
