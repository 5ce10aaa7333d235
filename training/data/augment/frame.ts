/**
 * What a radiograph meets between detector and upload besides its pixels: an exposure that clips, a crop, and bars of
 * black or white beside it. Each leaves the picture a square of the same side.
 */
import { resizeArea } from "@radlite/model/input";
import { createPicture, type Picture } from "./picture.ts";
import { sample } from "./warp.ts";

const WHITE = 255;

/** Shares of the side at each edge. */
export interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Border extends Edges {
  /** The level of the bars, in grey levels. */
  level: number;
}

/** y = min(255, factor · x): what is brighter than white is white. */
export function brighten(source: Picture, factor: number): Picture {
  if (factor === 1) return source;
  return { ...source, pixels: source.pixels.map((level) => Math.min(WHITE, level * factor)) };
}

/** Without its edges, stretched to the square again (bilinear): what is cut off is gone, as the shape is. */
export function crop(source: Picture, edges: Edges | undefined): Picture {
  if (edges === undefined) return source;
  const { width: side } = source;
  const map = (before: number, after: number) => {
    const scale = 1 - before - after;
    return [scale, before * side + (scale - 1) / 2] as const; // pixel centres coincide
  };
  const [acrossScale, left] = map(edges.left, edges.right);
  const [downScale, top] = map(edges.top, edges.bottom);
  return sample(source, source, [acrossScale, 0, left], [0, downScale, top]);
}

/** Squashed between bars of whole pixels, by area: nothing of the picture is covered. */
export function addBorder(source: Picture, border: Border | undefined): Picture {
  if (border === undefined) return source;
  const { width: side, channels } = source;
  const [left, top, right, bottom] = [border.left, border.top, border.right, border.bottom].map((share) =>
    Math.round(share * side),
  ) as [number, number, number, number];
  const inner = resizeArea(source, side - left - right, side - top - bottom);
  const result = createPicture(side, channels);
  result.pixels.fill(border.level);
  const rowLength = inner.width * channels;
  for (let y = 0; y < inner.height; y++) {
    const row = inner.pixels.subarray(y * rowLength, (y + 1) * rowLength);
    result.pixels.set(row, ((top + y) * side + left) * channels);
  }
  return result;
}
