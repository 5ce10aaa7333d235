/**
 * A copy of a picture to look at: grey, 8 bits, at most so many pixels a side; what is smaller stays as large. No
 * network reads it: where there are rows to spare not all of them are read, and colours turn grey when they are few.
 */
import { flattenRows, type Levels } from "./levels.ts";
import { greyRows, type Pixels, type Raster, type Rows, toGrey } from "./raster.ts";
import { resizeRows } from "./resize.ts";

/** Rows read for each row of the copy, at least; with fewer, fine lines make patterns. */
const ROWS_FOR_ONE = 2;

/** @param longestSide of the copy, in pixels */
export const viewLevels = (decoded: Levels, longestSide: number): Raster<Uint8Array> =>
  viewRows(flattenRows(decoded), longestSide);

export function viewRows(rows: Rows, longestSide: number): Raster<Uint8Array> {
  const scale = longestSide / Math.max(rows.width, rows.height);
  const side = (pixels: number) => Math.max(1, Math.round(pixels * Math.min(1, scale)));
  const [width, height] = [side(rows.width), side(rows.height)];
  const pixels = new Uint8Array(width * height);
  if (scale < 1) {
    const step = Math.max(1, Math.floor(1 / scale / ROWS_FOR_ONE));
    writeWhole(toGrey(resizeRows(readEvery(step, rows), width, height)).pixels, pixels);
  } else {
    const grey = greyRows(rows);
    for (let y = 0; y < height; y++) writeWhole(grey.readRow(y), pixels.subarray(y * width));
  }
  return { width, height, channels: 1, pixels };
}

/** The middle one of each `step` rows. */
function readEvery(step: number, rows: Rows): Rows {
  const height = Math.max(1, Math.floor(rows.height / step));
  const middle = Math.min(step, rows.height) >> 1;
  return { ...rows, height, readRow: (y) => rows.readRow(step * y + middle) };
}

function writeWhole(levels: Pixels, pixels: Uint8Array): void {
  for (let at = 0; at < levels.length; at++) pixels[at] = levels[at]! + 0.5; // its fraction is cut off
}
