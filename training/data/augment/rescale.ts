/**
 * The resolution a radiograph lost on its way: reduced by area and interpolated back, or enlarged and averaged
 * back, as viewers and uploads do. The side stays the same.
 */
import { resizeArea } from "@radlite/model/input";
import type { Picture } from "./picture.ts";
import { stretch } from "./warp.ts";

/** `factor` of the intermediate side; 1 gives the picture itself. */
export function rescale(source: Picture, factor: number): Picture {
  const between = Math.max(1, Math.round(source.width * factor));
  if (between === source.width) return source;
  return between < source.width
    ? stretch(resizeArea(source, between, between), source.width)
    : resizeArea(stretch(source, between), source.width, source.width);
}
