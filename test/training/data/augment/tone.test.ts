import { seedRandom } from "@radlite/training/data";
import { describe, expect, it } from "vitest";
import { erase } from "../../../../training/data/augment/erase.ts";
import { applyGamma } from "../../../../training/data/augment/gamma.ts";
import { addNoise } from "../../../../training/data/augment/noise.ts";
import { at, differ, mean, paint, scatter } from "./pictures.ts";

describe("applyGamma", () => {
  const levels = paint(16, (x, y) => y * 16 + x); // every grey level once

  it("is the identity at 1", () => {
    expect(applyGamma(levels, 1)).toEqual(levels);
  });

  it("keeps black and white and follows the power between", () => {
    const squared = applyGamma(levels, 2);

    expect(at(squared, 0, 0)).toBe(0);
    expect(at(squared, 15, 15)).toBe(255);
    expect(at(squared, 4, 6)).toBeCloseTo((100 * 100) / 255, 3);
  });

  it.each([1 / 3, 0.7, 1.6, 3])(
    "is within half a grey level of the power at fractions, exponent %f",
    (gamma) => {
      const levels = scatter(32, 4);
      const fractions = { ...levels, pixels: levels.pixels.map((value) => 4 + (value * 251) / 255) };
      const power = paint(32, (x, y) => 255 * (at(fractions, x, y) / 255) ** gamma);

      expect(differ(applyGamma(fractions, gamma), power)).toBeLessThan(0.5);
    },
  );

  it("is undone by its inverse within a grey level", () => {
    const picture = paint(16, (x, y) => 20 + ((y * 16 + x) * 215) / 255);

    expect(differ(applyGamma(applyGamma(picture, 1.7), 1 / 1.7), picture)).toBeLessThan(1);
  });
});

describe("addNoise", () => {
  const grey = paint(128, () => 128);

  it("is the identity at deviation 0", () => {
    expect(addNoise(grey, 0, seedRandom(1))).toBe(grey);
  });

  it("has mean 0, the wanted deviation and the bell's shape", () => {
    const errors = addNoise(grey, 6, seedRandom(2)).pixels.map((value) => value - 128);
    const moment = (power: number) => errors.reduce((sum, error) => sum + error ** power, 0) / errors.length;

    expect(Math.abs(moment(1))).toBeLessThan(0.15); // 6 / sqrt(16384) = 0.047
    expect(Math.abs(Math.sqrt(moment(2)) - 6)).toBeLessThan(0.13); // four times 0.031
    expect(moment(4) / moment(2) ** 2).toBeGreaterThan(2.55); // 2.7 for four uniforms, 3 for a Gaussian
    expect(moment(4) / moment(2) ** 2).toBeLessThan(2.85);
  });

  it("is the same for all channels of a pixel and stays within 0..255", () => {
    const bright = addNoise(
      paint(32, (_x, _y, c) => 250 - c, 3),
      20,
      seedRandom(3),
    );

    expect(Math.max(...bright.pixels)).toBe(255);
    expect(Math.min(...bright.pixels)).toBeGreaterThanOrEqual(0);
    const dark = bright.pixels.findIndex((value, index) => index % 3 === 0 && value < 250);
    expect(bright.pixels[dark]! - bright.pixels[dark + 2]!).toBeCloseTo(2, 3);
  });

  it("depends on the generator alone", () => {
    expect(addNoise(grey, 6, seedRandom(5))).toEqual(addNoise(grey, 6, seedRandom(5)));
    expect(differ(addNoise(grey, 6, seedRandom(5)), addNoise(grey, 6, seedRandom(6)))).toBeGreaterThan(5);
  });
});

describe("erase", () => {
  it("is the identity without a rectangle", () => {
    const picture = scatter(8, 1);

    expect(erase(picture, undefined)).toBe(picture);
  });

  it("fills the rectangle with the mean and touches nothing else", () => {
    const picture = scatter(20, 7, 3);
    const erased = erase(picture, { left: 0.1, top: 0.5, width: 0.3, height: 0.25 });

    let filled = 0;
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) {
        const inside = x >= 2 && x < 8 && y >= 10 && y < 15;
        if (inside) filled++;
        for (let c = 0; c < 3; c++) {
          if (inside) expect(at(erased, x, y, c)).toBeCloseTo(mean(picture), 2);
          else expect(at(erased, x, y, c)).toBe(at(picture, x, y, c));
        }
      }
    }
    expect(filled).toBe(30);
  });
});
