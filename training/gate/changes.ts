/**
 * What makes a radiograph one that no network was trained on: inverted, turned, upside down, a part of it, small on a
 * page, beside another. The gate's content learns them, and its report counts how many are noticed.
 */
import { resizeArea } from "@radlite/model/input";
import type { OutsideReason } from "@radlite/model/verdict/gate";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { Picture } from "../data/augment/index.ts";
import { drawUniform } from "../data/index.ts";

/** A thumbnail's side as a share of the page's: trimming takes away the page around a larger one in its middle. */
const THUMBNAIL = { least: 0.25, most: 0.5 };
const [BLACK, WHITE] = [0, 255];

/** `mate`: another radiograph, for a page with two. */
export type Change = (picture: Picture, random: RandomGenerator, mate: Picture) => Picture;

export interface NamedChange {
  change: Change;
  /** The word that says what is wrong with it. */
  reason: OutsideReason;
}

export const CHANGES = {
  inverted: { change: invert, reason: "INVERTED" },
  "turned left": {
    change: (picture) => rearrange(picture, (y, x, last) => [x, last - y]),
    reason: "ROTATED",
  },
  "turned right": {
    change: (picture) => rearrange(picture, (y, x, last) => [last - x, y]),
    reason: "ROTATED",
  },
  "turned by 180": {
    change: (picture) => rearrange(picture, (y, x, last) => [last - y, last - x]),
    reason: "UPSIDE_DOWN",
  },
  "upside down": {
    change: (picture) => rearrange(picture, (y, x, last) => [last - y, x]),
    reason: "UPSIDE_DOWN",
  },
  "left half": part({ width: 1 / 2 }),
  "right half": part({ left: 1 / 2, width: 1 / 2 }),
  "top half": part({ height: 1 / 2 }),
  "bottom half": part({ top: 1 / 2, height: 1 / 2 }),
  quarter: { change: cutQuarter, reason: "NOT_LIKE_TRAINING" },
  thumbnail: { change: shrinkOntoPage, reason: "NOT_LIKE_TRAINING" },
  "two side by side": {
    change: (picture, _, mate) => joinBeside(picture, mate),
    reason: "NOT_LIKE_TRAINING",
  },
} as const satisfies Record<string, NamedChange>;

export type ChangeName = keyof typeof CHANGES;
export const CHANGE_NAMES = Object.keys(CHANGES) as ChangeName[];

/** Left and right exchanged: never OUTSIDE, but to be reviewed. */
export const mirror = (picture: Picture): Picture => rearrange(picture, (y, x, last) => [y, last - x]);

function invert(picture: Picture): Picture {
  return { ...picture, pixels: picture.pixels.map((level) => WHITE - level) };
}

type Source = (y: number, x: number, last: number) => readonly [y: number, x: number];

/** Each pixel of a square, grey picture from another place in it. */
function rearrange(picture: Picture, source: Source): Picture {
  const side = picture.width;
  const pixels = new Float32Array(side * side);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const [fromY, fromX] = source(y, x, side - 1);
      pixels[at] = picture.pixels[fromY * side + fromX]!;
    }
  }
  return { ...picture, pixels };
}

interface Share {
  left: number;
  top: number;
  width: number;
  height: number;
}

function part(share: Partial<Share>): NamedChange {
  const whole = { left: 0, top: 0, width: 1, height: 1 };
  return { change: (picture) => cut(picture, { ...whole, ...share }), reason: "NOT_LIKE_TRAINING" };
}

function cutQuarter(picture: Picture, random: RandomGenerator): Picture {
  const start = () => (drawUniform(random, 0, 1) < 0.5 ? 0 : 1 / 2);
  return cut(picture, { left: start(), top: start(), width: 1 / 2, height: 1 / 2 });
}

/** Shares of a side that fall between pixels. */
function cut({ width: side, channels, pixels }: Picture, { left, top, width, height }: Share): Picture {
  const [from, wide] = [left * side, width * side];
  const rows = Array.from({ length: height * side }, (_, y) => (top * side + y) * side + from);
  const cutPixels = new Float32Array(rows.length * wide);
  rows.forEach((start, y) => {
    cutPixels.set(pixels.subarray(start, start + wide), y * wide);
  });
  return { width: wide, height: rows.length, channels, pixels: cutPixels };
}

function shrinkOntoPage(picture: Picture, random: RandomGenerator): Picture {
  const page = picture.width;
  const side = Math.round(drawUniform(random, THUMBNAIL.least, THUMBNAIL.most) * page);
  const level = drawUniform(random, 0, 1) < 0.5 ? BLACK : WHITE;
  const [left, top] = [0, 1].map(() => Math.floor(drawUniform(random, 0, page - side + 1))) as [
    number,
    number,
  ];
  const { pixels: small } = resizeArea(picture, side, side);
  const pixels = new Float32Array(page * page).fill(level);
  for (let y = 0; y < side; y++)
    pixels.set(small.subarray(y * side, (y + 1) * side), (top + y) * page + left);
  return { ...picture, pixels };
}

function joinBeside(picture: Picture, mate: Picture): Picture {
  const { width: side } = picture;
  const pixels = new Float32Array(2 * side * side);
  for (let y = 0; y < side; y++) {
    pixels.set(picture.pixels.subarray(y * side, (y + 1) * side), 2 * y * side);
    pixels.set(mate.pixels.subarray(y * side, (y + 1) * side), (2 * y + 1) * side);
  }
  return { ...picture, width: 2 * side, pixels };
}
