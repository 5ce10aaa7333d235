/**
 * The picture of an explanation: the radiograph in grey with the map's bands over it. A palette of four bands of 64
 * greys makes it a byte a pixel.
 */
import { BANDS, type Colour, tint } from "./tint.ts";

/** Levels of grey in each band: those of 8 bits without their lowest two. */
const GREYS = 256 / BANDS;
const PALETTE: readonly Colour[] = Array.from({ length: BANDS * GREYS }, (_, index) =>
  tint(((index % GREYS) * 255) / (GREYS - 1), Math.floor(index / GREYS)),
);

/** Of a film as it is shown under a map: 8 bits a pixel, row by row. */
export interface GreyPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Its pixels are places in its palette. */
export interface Overlay {
  width: number;
  height: number;
  palette: readonly Colour[];
  indices: Uint8Array;
}

/** @param bands of `layBands`, for the picture's size */
export function drawOverlay({ width, height, pixels }: GreyPicture, bands: Uint8Array): Overlay {
  const indices = new Uint8Array(pixels.length);
  for (let at = 0; at < indices.length; at++) indices[at] = bands[at]! * GREYS + (pixels[at]! >> 2);
  return { width, height, palette: PALETTE, indices };
}
