/**
 * From the levels that a decoder delivers to a raster's pixels: surplus channels dropped, alpha composited on
 * black (outside the collimator a radiograph is black too), 16 bits turned into fractions of a grey level.
 */
import type { Pixels } from "./raster.ts";

/** 65535 / 255: what a 16-bit level is divided by, so that 65535 -> 255 and no two levels fall together. */
const LEVELS_16_PER_8 = 257;

/**
 * @param levels [height, width, stored]; 16 bits where the array has them
 * @param stored channels in the array; alpha, if any, is the last
 * @param channels how many of the first are kept
 * @returns bytes where 8 bits have no alpha, else floats in [0, 255]
 */
export function flattenLevels(
  levels: Uint8Array | Uint16Array,
  stored: number,
  channels: 1 | 3,
  hasAlpha: boolean,
): Pixels {
  const deep = levels instanceof Uint16Array;
  if (stored === channels && !deep) return levels;
  const scale = deep ? LEVELS_16_PER_8 : 1;
  const opaque = deep ? 65535 : 255;
  const length = (levels.length / stored) * channels;
  const pixels = deep || hasAlpha ? new Float32Array(length) : new Uint8Array(length);
  for (let i = 0, p = 0; i < pixels.length; i += channels, p += stored) {
    const opacity = hasAlpha ? levels[p + stored - 1]! / opaque : 1;
    for (let c = 0; c < channels; c++) pixels[i + c] = (levels[p + c]! / scale) * opacity;
  }
  return pixels;
}
