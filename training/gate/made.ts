/** Pictures that show nothing: noise from fine to coarse, gradients and patterns, each different and each by its number alone. */
import { resizeArea } from "@radlite/model/input";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { blur } from "../data/augment/blur.ts";
import { addNoise } from "../data/augment/noise.ts";
import { createPicture, type Picture } from "../data/augment/picture.ts";
import { drawUniform } from "../data/index.ts";
import { SOURCE_SIDE } from "./pictures.ts";

const [MIDDLE, WHITE] = [128, 255];

/** What each kind draws, 120x120 in grey. */
export const MADE = { noise: drawNoise, gradients: drawGradient, patterns: drawPattern } as const;
export type MadeKind = keyof typeof MADE;
export const MADE_KINDS = Object.keys(MADE) as MadeKind[];

/** Blobs of one pixel to half of the side. */
function drawNoise(random: RandomGenerator): Picture {
  const cells = Math.max(2, Math.round(SOURCE_SIDE / 2 ** drawUniform(random, 0, 6)));
  const grid = createPicture(cells, 1);
  grid.pixels.fill(MIDDLE);
  const noise = addNoise(grid, drawUniform(random, 10, 60), random);
  return blur(
    resizeArea(noise, SOURCE_SIDE, SOURCE_SIDE),
    cells === SOURCE_SIDE ? 0 : SOURCE_SIDE / cells / 2,
  );
}

/** From black to white, straight or round, with any gamma. */
function drawGradient(random: RandomGenerator): Picture {
  const angle = drawUniform(random, 0, 2 * Math.PI);
  const [centreX, centreY] = [drawUniform(random, 0.2, 0.8), drawUniform(random, 0.2, 0.8)];
  const isRound = drawUniform(random, 0, 1) < 0.5;
  const sign = drawUniform(random, 0, 1) < 0.5 ? 1 : -1;
  const gamma = Math.exp(drawUniform(random, -1, 1));
  const picture = paint((x, y) =>
    isRound ? sign * Math.hypot(x - centreX, y - centreY) : Math.cos(angle) * x + Math.sin(angle) * y,
  );
  const { pixels } = picture;
  const [lowest, highest] = [Math.min(...pixels), Math.max(...pixels)];
  return {
    ...picture,
    pixels: pixels.map((level) => WHITE * ((level - lowest) / (highest - lowest)) ** gamma),
  };
}

/** Waves in any direction, at times crossed, at times with hard edges. */
function drawPattern(random: RandomGenerator): Picture {
  const angle = drawUniform(random, 0, Math.PI);
  const waves = [angle, angle + Math.PI / 2].map((turn) => {
    const frequency = 2 * Math.PI * drawUniform(random, 1, 20);
    const phase = drawUniform(random, 0, 6);
    return (x: number, y: number) => Math.sin(frequency * (Math.cos(turn) * x + Math.sin(turn) * y) + phase);
  }) as [Wave, Wave];
  const isCrossed = drawUniform(random, 0, 1) < 0.5;
  const isHard = drawUniform(random, 0, 1) < 0.5;
  const reach = drawUniform(random, 20, 127);
  return paint((x, y) => {
    const wave = waves[0](x, y) * (isCrossed ? waves[1](x, y) : 1);
    return MIDDLE + reach * (isHard ? Math.sign(wave) : wave);
  });
}

type Wave = (x: number, y: number) => number;

/** A level for each place of the unit square. */
function paint(level: Wave): Picture {
  const picture = createPicture(SOURCE_SIDE, 1);
  for (let y = 0, at = 0; y < SOURCE_SIDE; y++) {
    for (let x = 0; x < SOURCE_SIDE; x++, at++)
      picture.pixels[at] = level(x / (SOURCE_SIDE - 1), y / (SOURCE_SIDE - 1));
  }
  return picture;
}
