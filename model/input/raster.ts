/**
 * Raster: a grid of grey or RGB pixels in [0, 255], whatever depth the file had. Row by row, channels
 * interleaved: [height, width, channels]. 8-bit files stay bytes (a full radiograph is 6 MB, not 25);
 * everything computed is float32.
 */
export type Pixels = Uint8Array | Float32Array;

/** The lowest and the highest pixel. */
export interface Range {
  lowest: number;
  highest: number;
}

export interface Raster<P extends Pixels = Pixels> {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: P;
}

/** A picture that is computed row by row, so that it is never in memory twice. */
export interface Rows {
  width: number;
  height: number;
  channels: 1 | 3;
  /** Whether rows are bytes; they are floats otherwise. */
  isBytes: boolean;
  /** Row `y`, [width, channels]; good until the next one is read. */
  readRow(y: number): Pixels;
  /** All of them, where they are there. */
  pixels?: Pixels;
  /** Where the kernels find row 0, and how far on the next one, in bytes, where they do. */
  held?: { address: number; stride: number };
  /** Of all of them, where it is known already. */
  range?: Range;
}

/** Luma weights of Rec. ITU-R BT.601; green's is what remains to 1. */
const RED = 0.299;
const BLUE = 0.114;

/**
 * Luma 0.299·R + 0.587·G + 0.114·B, written as G + 0.299·(R - G) + 0.114·(B - G) so that R = G = B gives
 * that value exactly: most radiographs are grey stored as colour.
 */
export const lumaOf = (red: number, green: number, blue: number): number =>
  green + RED * (red - green) + BLUE * (blue - green);

/** The luma of each pixel. A grey raster is returned as it is. */
export function toGrey(raster: Raster): Raster {
  if (raster.channels === 1) return raster;
  const { width, height } = raster;
  const pixels = new Float32Array(width * height);
  writeLuma(raster.pixels, pixels);
  return { width, height, channels: 1, pixels };
}

/** `toGrey` row by row. */
export function greyRows(rows: Rows): Rows {
  if (rows.channels === 1) return rows;
  const { width, height } = rows;
  const grey = new Float32Array(width);
  return {
    width,
    height,
    channels: 1,
    isBytes: false,
    readRow: (y) => writeLuma(rows.readRow(y), grey),
  };
}

export function rowsOf({ width, height, channels, pixels }: Raster): Rows {
  const length = width * channels;
  return {
    width,
    height,
    channels,
    isBytes: pixels instanceof Uint8Array,
    pixels,
    readRow: (y) => pixels.subarray(y * length, (y + 1) * length),
  };
}

function writeLuma(colours: Pixels, grey: Float32Array): Float32Array {
  for (let i = 0, p = 0; i < grey.length; i++, p += 3)
    grey[i] = lumaOf(colours[p]!, colours[p + 1]!, colours[p + 2]!);
  return grey;
}
