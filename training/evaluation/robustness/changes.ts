/**
 * What happens to a radiograph on its way to a network and leaves its diagnosis as it was, done to the picture at its
 * full size, as somebody's file would come. What is in memory is handed on as it is, since a PNG keeps it; where the
 * change is one of the file, a file is made.
 */
import { encodeDeepPng, encodeJpeg, type Raster, resizeArea } from "@radlite/model/input";
import { brighten } from "../../data/augment/frame.ts";
import { applyGamma } from "../../data/augment/gamma.ts";
import type { Picture } from "../../data/augment/index.ts";
import { IN_PLACE, type Placement, warp } from "../../data/augment/warp.ts";

export type ByteRaster = Raster<Uint8Array>;

/** @returns the changed picture, or the file that it lies in. */
export type Change = (picture: ByteRaster) => ByteRaster | Promise<Uint8Array>;

const [BLACK, WHITE] = [0, 255];
const DEGREE = Math.PI / 180;

/** By the names that the evidence keeps. Numbers are per cent a side, per cent, degrees, pixels of the longer side. */
export const ROBUSTNESS_CHANGES: Readonly<Record<string, Change>> = {
  ...nameEach([1, 2, 5, 10], (percent) => [`black-border-${percent}`, addBorder(percent / 100, BLACK)]),
  ...nameEach([1, 2, 5, 10], (percent) => [`white-border-${percent}`, addBorder(percent / 100, WHITE)]),
  ...nameEach([5, 10], (percent) => [`crop-${percent}`, crop(percent / 100)]),
  "brighter-30": inFloats((picture) => brighten(picture, 1.3)),
  "darker-30": inFloats((picture) => brighten(picture, 0.7)),
  "gamma-0-7": inFloats((picture) => applyGamma(picture, 0.7)),
  "gamma-1-4": inFloats((picture) => applyGamma(picture, 1.4)),
  "contrast-plus-30": inFloats((picture) => spread(picture, 1.3)),
  "contrast-minus-30": inFloats((picture) => spread(picture, 0.7)),
  "turned-left-5": place({ angle: -5 * DEGREE }),
  "turned-right-5": place({ angle: 5 * DEGREE }),
  "jpeg-q30": (picture) => encodeJpeg(picture, 30),
  ...nameEach([512, 256, 128], (side) => [`down-to-${side}`, inFloats((picture) => shrink(picture, side))]),
  "png-16-bit": encodeDeepPng,
  "width-x-0-8": place({ aspect: 0.8 }),
  "width-x-1-25": place({ aspect: 1.25 }),
  "size-x-0-8": place({ zoom: 0.8 }),
  "size-x-1-25": place({ zoom: 1.25 }),
};

function nameEach(
  values: readonly number[],
  change: (value: number) => [name: string, change: Change],
): Record<string, Change> {
  return Object.fromEntries(values.map(change));
}

/** Bars of one grey level beside the picture, `share` of the sides of what comes of it; nothing is covered. */
function addBorder(share: number, level: number): Change {
  return ({ width, height, channels, pixels }) => {
    const [across, down] = [width, height].map((side) => Math.round((share * side) / (1 - 2 * share))) as [
      number,
      number,
    ];
    const [wide, high] = [width + 2 * across, height + 2 * down];
    const bordered = new Uint8Array(wide * high * channels).fill(level);
    for (let y = 0; y < height; y++) {
      const row = pixels.subarray(y * width * channels, (y + 1) * width * channels);
      bordered.set(row, ((y + down) * wide + across) * channels);
    }
    return { width: wide, height: high, channels, pixels: bordered };
  };
}

/** Without `share` of its sides at each edge, in whole pixels. */
function crop(share: number): Change {
  return ({ width, height, channels, pixels }) => {
    const [across, down] = [Math.round(share * width), Math.round(share * height)];
    const [wide, high] = [width - 2 * across, height - 2 * down];
    const cropped = new Uint8Array(wide * high * channels);
    for (let y = 0; y < high; y++) {
      const start = ((y + down) * width + across) * channels;
      cropped.set(pixels.subarray(start, start + wide * channels), y * wide * channels);
    }
    return { width: wide, height: high, channels, pixels: cropped };
  };
}

/** As the evaluation set `stress` places them: about the middle, the edge repeated beyond it. */
function place(part: Partial<Placement>): Change {
  return inFloats((picture) => warp(picture, { ...IN_PLACE, ...part }));
}

/** y = mean + factor · (x - mean), with the picture's own mean; what leaves the range is black or white. */
function spread(picture: Picture, factor: number): Picture {
  const mean = picture.pixels.reduce((sum, level) => sum + level, 0) / picture.pixels.length;
  return { ...picture, pixels: picture.pixels.map((level) => mean + factor * (level - mean)) };
}

/** The longer side to `side` pixels, by area, and the other in proportion; a picture that is smaller stays. */
function shrink(picture: Picture, side: number): Picture {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((own) => Math.round(own * scale));
  return scale === 1 ? picture : resizeArea(picture, width!, height!);
}

/** Rounded to whole grey levels again, as a file of 8 bits has them. */
function inFloats(change: (picture: Picture) => Picture): Change {
  return (picture) => roundLevels(change({ ...picture, pixels: Float32Array.from(picture.pixels) }));
}

export function roundLevels(picture: Raster): ByteRaster {
  if (picture.pixels instanceof Uint8Array) return { ...picture, pixels: picture.pixels };
  const pixels = new Uint8Array(Uint8ClampedArray.from(picture.pixels).buffer); // which rounds, too
  return { ...picture, pixels };
}
