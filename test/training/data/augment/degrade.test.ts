import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { blur } from "../../../../training/data/augment/blur.ts";
import { compressJpeg, scaleTable } from "../../../../training/data/augment/jpeg.ts";
import type { Picture } from "../../../../training/data/augment/picture.ts";
import { rescale } from "../../../../training/data/augment/rescale.ts";
import { at, differ, mean, paint, scatter, wave } from "./pictures.ts";

function deviationOf(picture: Picture): number {
  const centre = mean(picture);
  return Math.sqrt(mean({ ...picture, pixels: picture.pixels.map((value) => (value - centre) ** 2) }));
}

describe("blur", () => {
  it("is the identity at deviation 0 and leaves a flat picture flat", () => {
    const flat = paint(12, () => 77);

    expect(blur(wave(12), 0)).toEqual(wave(12));
    expect(differ(blur(flat, 1.5), flat)).toBeLessThan(1e-4);
  });

  it("spreads a point to a Gaussian: same sum, the wanted variance, equal both ways", () => {
    const spread = blur(
      paint(41, (x, y) => (x === 20 && y === 20 ? 1000 : 0)),
      2,
    );

    const sum = mean(spread) * 41 * 41;
    let across = 0;
    let down = 0;
    for (let y = 0; y < 41; y++) {
      for (let x = 0; x < 41; x++) {
        across += ((x - 20) ** 2 * at(spread, x, y)) / sum;
        down += ((y - 20) ** 2 * at(spread, x, y)) / sum;
      }
    }
    expect(sum).toBeCloseTo(1000, 1);
    expect(Math.abs(across - 4)).toBeLessThan(0.15); // the cut at three deviations takes 2.7%
    expect(down).toBeCloseTo(across, 4);
    expect(at(spread, 21, 20) / at(spread, 20, 20)).toBeCloseTo(Math.exp(-1 / 8), 4);
  });

  it("treats channels alone", () => {
    const picture = paint(16, (x, y, c) => (x * 13 + y * 7 + c * 50) % 256, 3);
    const single = (c: number) => paint(16, (x, y) => at(picture, x, y, c));

    for (const c of [0, 1, 2]) {
      const blurred = blur(picture, 1);
      expect(
        differ(
          paint(16, (x, y) => at(blurred, x, y, c)),
          blur(single(c), 1),
        ),
      ).toBeLessThan(1e-4);
    }
  });
});

describe("rescale", () => {
  it("is the identity at 1 and leaves a flat picture flat", () => {
    const flat = paint(20, () => 90);

    expect(rescale(wave(20), 1)).toEqual(wave(20));
    expect(differ(rescale(flat, 0.4), flat)).toBeLessThan(1e-4);
    expect(differ(rescale(flat, 1.7), flat)).toBeLessThan(1e-4);
  });

  it("loses detail when reduced, the more the further, and keeps what is smooth", () => {
    const detail = scatter(64, 3);
    const left = [1, 0.75, 0.5, 0.25].map((factor) => deviationOf(rescale(detail, factor)));

    expect(left).toEqual(left.toSorted((a, b) => b - a));
    expect(left[3]!).toBeLessThan(left[0]! / 3); // 16 pixels averaged: a quarter, less by interpolation
    expect(differ(rescale(wave(64), 0.5), wave(64), 3)).toBeLessThan(2);
  });

  it("softens a little when enlarged and brought back", () => {
    const detail = scatter(64, 3);
    const left = deviationOf(rescale(detail, 1.5)) / deviationOf(detail);

    expect(left).toBeGreaterThan(0.5);
    expect(left).toBeLessThan(0.95);
  });
});

describe("compressJpeg", () => {
  it("scales the standard table as the reference encoder does", () => {
    expect([...scaleTable(50).slice(0, 4)]).toEqual([16, 11, 10, 16]);
    expect([...scaleTable(10).slice(0, 4)]).toEqual([80, 55, 50, 80]);
    expect([...scaleTable(90).slice(0, 4)]).toEqual([3, 2, 2, 3]);
    expect(new Set(scaleTable(100))).toEqual(new Set([1]));
  });

  it("is nearly the identity at quality 100", () => {
    const picture = paint(32, (x, y) => 20 + ((x * 37 + y * 91) % 200));

    expect(differ(compressJpeg(picture, 100), picture)).toBeLessThan(2);
  });

  it("leaves little but each block's mean of a faint texture at quality 5", () => {
    const picture = paint(32, (x, y) => 128 + 10 * ((x >> 3) + (y >> 3)) + (x % 2 === 0 ? 6 : -6));
    const compressed = compressJpeg(picture, 5);

    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++)
        expect(at(compressed, x, y)).toBeCloseTo(at(compressed, x & ~7, y & ~7), 2);
    }
    expect(differ(compressed, picture)).toBeLessThan(6 + 160 / 16 + 0.1); // half a step of the mean: 160 / 8 / 2
  });

  it("loses more the lower the quality", () => {
    const picture = wave(64);
    const noisy = { ...picture, pixels: picture.pixels.map((value, i) => value + 12 * Math.sin(i * 1.7)) };
    const lost = [95, 75, 50, 25, 10].map((quality) => {
      const compressed = compressJpeg(noisy, quality);
      return deviationOf({ ...noisy, pixels: noisy.pixels.map((value, i) => value - compressed.pixels[i]!) });
    });

    expect(lost).toEqual(lost.toSorted((a, b) => a - b));
  });

  it("changes nothing the second time", () => {
    const once = compressJpeg(wave(40), 30);

    expect(differ(compressJpeg(once, 30), once)).toBeLessThan(0.01);
  });

  it("continues a side that 8 does not divide by its last pixels", () => {
    const picture = wave(21);
    const padded = paint(24, (x, y) => at(picture, Math.min(x, 20), Math.min(y, 20)));
    const expected = compressJpeg(padded, 40);

    expect(
      differ(
        compressJpeg(picture, 40),
        paint(21, (x, y) => at(expected, x, y)),
      ),
    ).toBe(0);
  });

  it.each([30, 60, 90])("agrees with a real encoder and decoder at quality %i", async (quality) => {
    const smooth = wave(64);
    const picture = paint(64, (x, y) => Math.round(at(smooth, x, y) + 8 * Math.sin(x * 2.1 + y)));
    const raw = { width: 64, height: 64, channels: 1 as const };
    const file = await sharp(Uint8Array.from(picture.pixels), { raw })
      .greyscale()
      .jpeg({ quality })
      .toBuffer();
    const decoded = await sharp(file).greyscale().raw().toBuffer();

    const ours = compressJpeg(picture, quality);
    const errors = ours.pixels.map((value, i) => Math.abs(value - decoded[i]!));
    expect(Math.max(...errors)).toBeLessThan(8); // a coefficient at half a step may round the other way
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.4); // a decoder's rounding is 0.25
  });
});
