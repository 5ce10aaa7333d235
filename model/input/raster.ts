/**
 * Raster: a grid of grey or RGB pixels in [0, 255], whatever depth the file had. Row by row, channels
 * interleaved: [height, width, channels]. 8-bit files stay bytes (a full radiograph is 6 MB, not 25);
 * everything computed is float32.
 */
export type Pixels = Uint8Array | Float32Array;

export interface Raster<P extends Pixels = Pixels> {
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: P;
}

/** Luma weights of Rec. ITU-R BT.601; green's is what remains to 1. */
const RED = 0.299;
const BLUE = 0.114;

/**
 * Luma 0.299·R + 0.587·G + 0.114·B, written as G + 0.299·(R - G) + 0.114·(B - G) so that R = G = B gives
 * that value exactly: most radiographs are grey stored as colour. A grey raster is returned as it is.
 */
export function toGrey(raster: Raster): Raster {
  if (raster.channels === 1) return raster;
  const { width, height, pixels } = raster;
  const grey = new Float32Array(width * height);
  for (let i = 0, p = 0; i < grey.length; i++, p += 3) {
    const green = pixels[p + 1]!;
    grey[i] = green + RED * (pixels[p]! - green) + BLUE * (pixels[p + 2]! - green);
  }
  return { width, height, channels: 1, pixels: grey };
}
