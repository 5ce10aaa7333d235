import { describe, expect, it } from "vitest";
import { blur } from "../../../../training/data/augment/blur.ts";
import { addNoise } from "../../../../training/data/augment/noise.ts";
import { matchDetail, matchLevels, retone } from "../../../../training/data/augment/retone.ts";
import { seedRandom } from "../../../../training/data/random.ts";
import { paint } from "./pictures.ts";

const SIDE = 64;
const ramp = paint(SIDE, (x, y) => 40 + x + y / 2); // 40..135
const bright = paint(SIDE, (x, y) => 100 + ((x * 7 + y * 3) % 120)); // 100..219, elsewhere in the picture
const rough = addNoise(ramp, 6, seedRandom(1));

const sorted = ({ pixels }: { pixels: Float32Array }) => [...pixels].sort((a, b) => a - b);
const detail = ({ pixels }: { pixels: Float32Array }) => {
  let sum = 0;
  for (let at = 0; at < pixels.length - 1; at++) sum += Math.abs(pixels[at + 1]! - pixels[at]!);
  return sum / pixels.length;
};

describe("matchLevels", () => {
  it("has the other picture's levels, sorted, in the places of its own", () => {
    const matched = matchLevels(ramp, bright);
    const [mine, theirs] = [sorted(matched), sorted(bright)];
    for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      const at = Math.floor(share * mine.length);
      expect(Math.abs(mine[at]! - theirs[at]!)).toBeLessThan(2);
    }
    ramp.pixels.forEach((level, at) => {
      // Darker stays darker: no place changes sides with its neighbour.
      if (at > 0 && ramp.pixels[at - 1]! < level)
        expect(matched.pixels[at]!).toBeGreaterThanOrEqual(matched.pixels[at - 1]!);
    });
  });

  it("leaves a picture alone that has the levels already", () => {
    matchLevels(bright, bright).pixels.forEach((level, at) => {
      expect(Math.abs(level - bright.pixels[at]!)).toBeLessThan(0.3);
    });
  });
});

describe("matchDetail", () => {
  it("softens towards a softer picture and sharpens towards a rougher one", () => {
    const soft = blur(rough, 1.5);
    expect(detail(matchDetail(rough, soft, 2))).toBeLessThan(0.7 * detail(rough));
    expect(detail(matchDetail(soft, rough, 2))).toBeGreaterThan(1.05 * detail(soft));
  });

  it("is the picture itself against itself", () => {
    matchDetail(rough, rough, 2).pixels.forEach((level, at) => {
      expect(level).toBeCloseTo(rough.pixels[at]!, 3);
    });
  });
});

describe("retone", () => {
  it("goes as far as its strength says, and stays within black and white", () => {
    expect(retone(ramp, bright, 0)).toBe(ramp);
    const [half, whole] = [retone(ramp, bright, 0.5), retone(ramp, bright, 1)];
    half.pixels.forEach((level, at) => {
      expect(level).toBeCloseTo((ramp.pixels[at]! + whole.pixels[at]!) / 2, 3);
    });
    const harsh = paint(SIDE, (x, y) => ((x + y) % 2 ? 255 : 0));
    for (const level of retone(rough, harsh, 1).pixels) {
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(255);
    }
  });
});
