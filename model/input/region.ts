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
  const { channels, isBytes, held } = rows;
  const [start, end] = [left * channels, (left + width) * channels];
  const pixelBytes = isBytes ? 1 : Float32Array.BYTES_PER_ELEMENT;
  return {
    width,
    height,
    channels,
    isBytes,
    ...(held && {
      held: { ...held, address: held.address + top * held.stride + start * pixelBytes },
    }),
    readRow: (y) => rows.readRow(top + y).subarray(start, end),
  };
}
