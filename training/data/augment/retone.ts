/**
 * A picture with the look of another: its grey levels are the other's, in its own order, and its detail is as strong.
 * What it shows stays where it is. Levels: with F the share of pixels below a level, in each picture,
 *   y = F_other^-1(F(x)),
 * as in histogram specification (Gonzalez & Woods, Digital Image Processing, section 3.3); pixels of one level stay of
 * one level. Detail: what an octave holds over the next coarser one is scaled until its mean size is the other's.
 */
import { resizeArea } from "@radlite/model/input";
import { createPicture, type Picture } from "./picture.ts";
import { stretch } from "./warp.ts";

const WHITE = 255; // grey levels
const BINS = 4 * WHITE + 1; // quarters of a grey level
/** Coarser ones hold what the lungs look like, and not how they were taken. */
const OCTAVES = 2;
/** Farther up it would be the noise that grows. */
const [SOFTEST, SHARPEST] = [0.25, 2];

/** `strength` from 0, the picture itself, to 1. Both of one side. */
export function retone(source: Picture, other: Picture, strength: number): Picture {
  if (strength === 0) return source;
  const levelled = matchLevels(source, other);
  const matched = matchDetail(levelled, other, OCTAVES);
  const pixels = new Float32Array(source.pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    const level = source.pixels[at]! + strength * (matched.pixels[at]! - source.pixels[at]!);
    pixels[at] = Math.min(WHITE, Math.max(0, level));
  }
  return { ...source, pixels };
}

/** Through a table of levels with linear interpolation between. */
export function matchLevels(source: Picture, other: Picture): Picture {
  const table = tabulate(countBelow(source), countBelow(other));
  const pixels = new Float32Array(source.pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    const place = Math.min(BINS - 1, Math.max(0, 4 * source.pixels[at]!));
    const bin = place | 0;
    pixels[at] = table[bin]! + (table[bin + 1]! - table[bin]!) * (place - bin);
  }
  return { ...source, pixels };
}

/** For each bin the share of pixels in lower ones, and half of its own: [BINS]. */
function countBelow({ pixels }: Picture): Float64Array {
  const counts = new Float64Array(BINS);
  for (let at = 0; at < pixels.length; at++) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.round(4 * pixels[at]!)));
    counts[bin] = counts[bin]! + 1;
  }
  let before = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const count = counts[bin]!;
    counts[bin] = (before + count / 2) / pixels.length;
    before += count;
  }
  return counts;
}

/** For each bin of the source, the level below which the other has the same share; one more to interpolate to. */
function tabulate(source: Float64Array, other: Float64Array): Float32Array {
  const table = new Float32Array(BINS + 1);
  for (let bin = 0, reached = 0; bin < BINS; bin++) {
    const share = source[bin]!;
    while (reached < BINS - 1 && other[reached + 1]! <= share) reached++;
    const next = Math.min(BINS - 1, reached + 1);
    const gap = other[next]! - other[reached]!;
    const beyond = gap > 0 ? Math.min(1, Math.max(0, (share - other[reached]!) / gap)) : 0;
    table[bin] = (reached + beyond * (next - reached)) / 4;
  }
  table[BINS] = table[BINS - 1]!;
  return table;
}

/** From the coarsest of `octaves` to the finest. */
export function matchDetail(source: Picture, other: Picture, octaves: number): Picture {
  if (octaves === 0 || source.width < 4) return source;
  const mine = splitOctave(source);
  const theirs = splitOctave(other);
  const wanted = measure(theirs.detail) / Math.max(measure(mine.detail), Number.EPSILON);
  const factor = Math.min(SHARPEST, Math.max(SOFTEST, wanted));
  const coarse = stretch(matchDetail(mine.half, theirs.half, octaves - 1), source.width);
  const result = createPicture(source.width, source.channels);
  for (let at = 0; at < result.pixels.length; at++)
    result.pixels[at] = coarse.pixels[at]! + factor * mine.detail[at]!;
  return result;
}

/** A picture is its half, stretched, and the detail. */
function splitOctave(picture: Picture): { half: Picture; detail: Float32Array } {
  const side = picture.width >> 1;
  const half = resizeArea(picture, side, side);
  const smooth = stretch(half, picture.width).pixels;
  const detail = new Float32Array(picture.pixels.length);
  for (let at = 0; at < detail.length; at++) detail[at] = picture.pixels[at]! - smooth[at]!;
  return { half, detail };
}

function measure(detail: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < detail.length; at++) sum += Math.abs(detail[at]!);
  return sum / detail.length;
}
