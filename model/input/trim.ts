/**
 * Black and white borders: what a scanner, a viewer or a screenshot leaves around a radiograph, and what alone turned
 * one verdict in four. Rows and columns go from the edges inwards while nearly all of their pixels are black, or
 * nearly all white, by the picture's own range, so that depth and offset of its levels do not matter. Decisions are
 * counts of whole pixels: the same in Node, browsers and training. What is trimmed is no longer seen by the network;
 * the rule is sealed in the artifact by its number, so another rule takes another one.
 */
import { findRange } from "./range.ts";
import { greyRows, type Raster, type Rows, rowsOf } from "./raster.ts";
import { cropRows, type Region, wholeOf } from "./region.ts";
import { resizeRows } from "./resize.ts";

/** The part of the range between the lowest and the highest pixel that still counts as either. */
const NEAR_SHARE = [4, 255] as const;
/** Pixels of a row or column that may be neither, in a thousand. */
const STRAY_PER_MILLE = 5;
/** The part of a side that goes at most at each of its ends. */
const MOST_SHARE = 1 / 4;
/** Bars that overlap show one after the other: the last one drawn hides ends of those below it. */
const ROUNDS = 3;
/** Grey levels: what rounding to float32 moves a pixel that is no whole number. */
const ROUNDING = 2 ** -14;

/** The same for who trims without this code. */
export const TRIM_RULE = {
  near: NEAR_SHARE,
  stray_per_mille: STRAY_PER_MILLE,
  most_share: MOST_SHARE,
  rounds: ROUNDS,
} as const;

interface Borders {
  /** Pixels up to this are black. */
  black: number;
  /** Pixels from this on are white. */
  white: number;
}

/** What is left of a grey picture, in [0, 255], without its borders; at least half of each side. */
export function findContent(grey: Rows): Region {
  const whole = wholeOf(grey);
  const { lowest, highest } = findRange(grey);
  if (lowest === highest) return whole;
  const near = (NEAR_SHARE[0] * (highest - lowest)) / NEAR_SHARE[1] + (grey.isBytes ? 0 : ROUNDING);
  const borders = { black: lowest + near, white: highest - near };
  const limits = { left: Math.floor(whole.width * MOST_SHARE), top: Math.floor(whole.height * MOST_SHARE) };
  let region = whole;
  for (let round = 0; round < ROUNDS; round++) {
    const trimmed = trimColumns(grey, trimRows(grey, region, borders, limits.top), borders, limits.left);
    const isSame = trimmed.width === region.width && trimmed.height === region.height;
    region = trimmed;
    if (isSame) break;
  }
  return region;
}

/** What `findContent` leaves of a raster, at another size. */
export function trimBorders(raster: Raster, width: number, height: number): Raster<Float32Array> {
  const rows = rowsOf(raster);
  return resizeRows(cropRows(rows, findContent(greyRows(rows))), width, height);
}

function trimRows(grey: Rows, region: Region, borders: Borders, most: number): Region {
  const isBorder = (y: number) => isBorderRow(grey.readRow(y), region, borders);
  let { top } = region;
  let bottom = top + region.height;
  while (top < most && isBorder(top)) top += 1;
  while (bottom > grey.height - most && isBorder(bottom - 1)) bottom -= 1;
  return { ...region, top, height: bottom - top };
}

function isBorderRow(row: ArrayLike<number>, { left, width }: Region, { black, white }: Borders): boolean {
  const strays = mostStrays(width);
  let [notBlack, notWhite] = [0, 0];
  for (let x = left; x < left + width; x++) {
    if (row[x]! > black) notBlack += 1;
    if (row[x]! < white) notWhite += 1;
    if (notBlack > strays && notWhite > strays) return false;
  }
  return true;
}

/** Row by row, as far down as there are columns at either edge that may still be border. */
function trimColumns(grey: Rows, region: Region, { black, white }: Borders, most: number): Region {
  const { left, width, height } = region;
  const strays = mostStrays(height);
  const rows = cropRows(grey, region);
  const notBlack = new Uint32Array(width);
  const notWhite = new Uint32Array(width);
  const right = left + width - (grey.width - most); // columns at the right that may go
  let [first, last] = [Math.max(0, most - left), width - Math.max(0, right)];
  for (let y = 0; y < height && (first > 0 || last < width); y++) {
    const row = rows.readRow(y);
    const isStray = (x: number): boolean => {
      if (row[x]! > black) notBlack[x]! += 1;
      if (row[x]! < white) notWhite[x]! += 1;
      return notBlack[x]! > strays && notWhite[x]! > strays;
    };
    for (let x = 0; x < first; x++) if (isStray(x)) first = x;
    for (let x = width - 1; x >= last; x--) if (isStray(x)) last = x + 1;
  }
  return { ...region, left: left + first, width: last - first };
}

const mostStrays = (pixels: number): number => Math.floor((STRAY_PER_MILLE * pixels) / 1000);
