/**
 * From the levels that a decoder delivers to a raster's pixels: surplus channels dropped, alpha composited on
 * black (outside the collimator a radiograph is black too), levels of more than 8 bits turned into fractions of a grey level.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Pixels, type Raster, type Rows, rowsOf } from "./raster.ts";

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
  /** The level that becomes 255 in a raster; of bytes 255. */
  white: number;
}

const WHITE = 255;
const HALF_OF_16_BITS = 2 ** 15;

/**
 * The white of 16-bit levels. Detectors deliver 8 to 16 bits, and a file of 16 holds them as they are or spread out:
 * so it is what the bits in use could hold, 8 of them at least, 255 or 511 up to 65535. Alpha does not count.
 */
export function whiteOf(levels: Uint16Array, stored: number, hasAlpha: boolean): number {
  let bits = WHITE;
  for (let at = 0; at < levels.length && bits < HALF_OF_16_BITS; at++) {
    if (!hasAlpha || at % stored !== stored - 1) bits |= levels[at]!;
  }
  return 2 ** (32 - Math.clz32(bits)) - 1;
}

/** A level of the file, in grey levels of the raster. */
export const stepOf = ({ white }: Pick<Levels, "white">): number => WHITE / white;

/**
 * Where black and white are among 16-bit levels that lie close together is not known, and a network with fixed means
 * would take them for one shade.
 * @throws BAD_INPUT with reason DEPTH_UNCLEAR where they span less than half of what their bits could hold.
 */
export function requireSpread(picture: Levels): void {
  const { levels, stored, hasAlpha, white } = picture;
  if (!isDeep(picture)) return;
  let [lowest, highest] = [white, 0];
  for (let at = 0; at < levels.length; at++) {
    if (hasAlpha && at % stored === stored - 1) continue;
    lowest = Math.min(lowest, levels[at]!);
    highest = Math.max(highest, levels[at]!);
  }
  if (2 * (highest - lowest) >= white) return;
  throw new RadliteError(
    "BAD_INPUT",
    `the radiograph's levels lie between ${lowest} and ${highest} of ${white}, so what is black and what white in it is not known: save it with its window applied, or with 8 bits a level`,
    { reason: "DEPTH_UNCLEAR" },
  );
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
  if (isFlat(picture)) return rowsOf({ width, height, channels, pixels: levels as Uint8Array });
  const row = newPixels(picture, width * channels);
  const rowLevels = (y: number) => levels.subarray(y * width * stored, (y + 1) * width * stored);
  return {
    width,
    height,
    channels,
    isBytes: row instanceof Uint8Array,
    readRow: (y) => writePixels(picture, rowLevels(y), row),
  };
}

const isDeep = ({ levels }: Levels): boolean => levels instanceof Uint16Array;
const isFlat = (picture: Levels): boolean => picture.stored === picture.channels && !isDeep(picture);

function newPixels(picture: Levels, length: number): Pixels {
  return isDeep(picture) || picture.hasAlpha ? new Float32Array(length) : new Uint8Array(length);
}

function writePixels(picture: Levels, levels: Levels["levels"], pixels: Pixels): Pixels {
  const { stored, channels, hasAlpha, white } = picture;
  const opaque = isDeep(picture) ? 65535 : 255;
  for (let i = 0, p = 0; i < pixels.length; i += channels, p += stored) {
    const opacity = hasAlpha ? levels[p + stored - 1]! / opaque : 1;
    for (let c = 0; c < channels; c++) pixels[i + c] = ((levels[p + c]! * WHITE) / white) * opacity;
  }
  return pixels;
}
