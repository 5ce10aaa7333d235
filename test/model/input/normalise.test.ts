import type { InputRecipe } from "@radlite/model/format";
import { normalise, type Raster } from "@radlite/model/input";
import { expect, test } from "vitest";

const perImage = (channels: 1 | 3, width = 2, height = 2): InputRecipe => ({
  width,
  height,
  channels,
  normalise: { kind: "per-image" },
});
const grey: Raster = { width: 2, height: 2, channels: 1, pixels: Uint8Array.from([10, 20, 30, 60]) };
const colour: Raster = {
  width: 2,
  height: 1,
  channels: 3,
  pixels: Uint8Array.from([10, 20, 30, 100, 100, 100]),
};

test("per image: mean 30 and deviation sqrt(350), by hand", () => {
  // deviations -20, -10, 0, 30: (400 + 100 + 0 + 900)/4 = 350
  const tensor = normalise(grey, perImage(1));
  expect(tensor).toEqual(Float32Array.from([-20, -10, 0, 30].map((one) => one / Math.sqrt(350))));
});

test("per image, three channels: grey is repeated and the mean stays", () => {
  const tensor = normalise(grey, perImage(3));
  expect(Array.from(tensor)).toEqual(
    Array.from(normalise(grey, perImage(1))).flatMap((one) => [one, one, one]),
  );
});

test("a flat picture becomes zeros, and one that barely varies is not blown up", () => {
  const flat = normalise({ ...grey, pixels: Uint8Array.from([7, 7, 7, 7]) }, perImage(1));
  const faint = normalise({ ...grey, pixels: Float32Array.from([7, 7.5, 7, 7.5]) }, perImage(1));
  expect(Array.from(flat)).toEqual([0, 0, 0, 0]);
  expect(Array.from(faint)).toEqual([-0.25, 0.25, -0.25, 0.25]);
});

test("luma: 0.299 R + 0.587 G + 0.114 B, exact where the three agree", () => {
  const recipe: InputRecipe = {
    width: 2,
    height: 1,
    channels: 1,
    normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
  };
  const tensor = normalise(colour, recipe);
  expect(tensor[0]).toBeCloseTo(0.299 * 10 + 0.587 * 20 + 0.114 * 30, 5);
  expect(tensor[1]).toBe(100);
});

test("fixed: (x - mean[c])·scale[c], counted in the tensor's own channel order", () => {
  const fixed = (order: "rgb" | "bgr"): InputRecipe => ({
    width: 2,
    height: 1,
    channels: 3,
    normalise: { kind: "fixed", order, mean: [1, 2, 3], scale: [1, 0.5, 2] },
  });
  expect(Array.from(normalise(colour, fixed("rgb")))).toEqual([9, 9, 54, 99, 49, 194]);
  expect(Array.from(normalise(colour, fixed("bgr")))).toEqual([29, 9, 14, 99, 49, 194]);
});

test("the raster itself is left alone, and one of another size is refused", () => {
  const raster: Raster = { ...grey, pixels: Float32Array.from([10, 20, 30, 60]) };
  normalise(raster, perImage(1));
  expect(Array.from(raster.pixels)).toEqual([10, 20, 30, 60]);
  expect(() => normalise(raster, perImage(1, 4, 4))).toThrow(/raster is 2x2, the network reads 4x4/);
});
