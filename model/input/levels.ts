/**
 * From the levels that a decoder delivers to a raster's pixels: surplus channels dropped, alpha composited on
 * black (outside the collimator a radiograph is black too), 16 bits turned into fractions of a grey level.
 */
import type { Pixels, Raster, Rows } from "./raster.ts";

/** 65535 / 255: what a 16-bit level is divided by, so that 65535 -> 255 and no two levels fall together. */
const LEVELS_16_PER_8 = 257;

/** A decoded picture as the decoder delivers it. */
export interface Levels {
  width: number;
  height: number;
  levels: Uint8Array | Uint16Array; // [height, width, stored]
  /** Channels in the array; alpha, if any, is the last. */
  stored: number;
  /** How many of the first are kept. */
  channels: 1 | 3;
  hasAlpha: boolean;
}

/** All pixels: bytes where 8 bits have no alpha, else floats in [0, 255]. */
export function flattenLevels(picture: Levels): Raster {
  const { width, height, channels, levels } = picture;
  if (isFlat(picture)) return { width, height, channels, pixels: levels as Uint8Array };
  const pixels = newPixels(picture, width * height * channels);
  writePixels(picture, levels, pixels);
  return { width, height, channels, pixels };
}

/** The same row by row: the floats of a whole picture take more memory than the levels they come from. */
export function flattenRows(picture: Levels): Rows {
  const { width, height, channels, levels, stored } = picture;
  const row = newPixels(picture, width * channels);
  const rowLevels = (y: number) => levels.subarray(y * width * stored, (y + 1) * width * stored);
  return {
    ...{ width, height, channels, isBytes: row instanceof Uint8Array },
    readRow: (y) =>
      isFlat(picture) ? (rowLevels(y) as Uint8Array) : writePixels(picture, rowLevels(y), row),
  };
}

const isDeep = ({ levels }: Levels): boolean => levels instanceof Uint16Array;
const isFlat = (picture: Levels): boolean => picture.stored === picture.channels && !isDeep(picture);

function newPixels(picture: Levels, length: number): Pixels {
  return isDeep(picture) || picture.hasAlpha ? new Float32Array(length) : new Uint8Array(length);
}

function writePixels(picture: Levels, levels: Levels["levels"], pixels: Pixels): Pixels {
  const { stored, channels, hasAlpha } = picture;
  const scale = isDeep(picture) ? LEVELS_16_PER_8 : 1;
  const opaque = isDeep(picture) ? 65535 : 255;
  for (let i = 0, p = 0; i < pixels.length; i += channels, p += stored) {
    const opacity = hasAlpha ? levels[p + stored - 1]! / opaque : 1;
    for (let c = 0; c < channels; c++) pixels[i + c] = (levels[p + c]! / scale) * opacity;
  }
  return pixels;
}
