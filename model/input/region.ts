/** A rectangle of a picture, in its own pixels, and the picture cut to it without a copy. */
import type { Rows } from "./raster.ts";

export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const wholeOf = ({ width, height }: Pick<Region, "width" | "height">): Region => ({
  left: 0,
  top: 0,
  width,
  height,
});

export function cropRows(rows: Rows, { left, top, width, height }: Region): Rows {
  const { channels, isBytes } = rows;
  const [start, end] = [left * channels, (left + width) * channels];
  return {
    width,
    height,
    channels,
    isBytes,
    readRow: (y) => rows.readRow(top + y).subarray(start, end),
  };
}
