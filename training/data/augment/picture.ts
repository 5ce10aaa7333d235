/** What augmentation works on: a square raster in float grey levels, 0..255, [side, side, channels]. */
import type { Raster } from "@radlite/model/input";

export type Picture = Raster<Float32Array>;

export function createPicture(side: number, channels: Picture["channels"]): Picture {
  return { width: side, height: side, channels, pixels: new Float32Array(side * side * channels) };
}
