/**
 * Random erasing (Zhong et al., AAAI 2020): one rectangle takes the picture's mean, so that no single region
 * carries the answer. The mean stays as it was nearly, which per-image normalisation wants.
 */
import type { Picture } from "./picture.ts";

/** Shares of the side: corner and size. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function erase(source: Picture, rectangle: Rectangle | undefined): Picture {
  if (rectangle === undefined) return source;
  const { width: side, channels } = source;
  const pixels = source.pixels.slice();
  const mean = source.pixels.reduce((sum, value) => sum + value, 0) / source.pixels.length;
  const [left, right] = span(rectangle.left, rectangle.width, side);
  const [top, bottom] = span(rectangle.top, rectangle.height, side);
  for (let y = top; y < bottom; y++)
    pixels.fill(mean, (y * side + left) * channels, (y * side + right) * channels);
  return { ...source, pixels };
}

function span(start: number, length: number, side: number): [from: number, to: number] {
  return [Math.round(start * side), Math.round(Math.min(1, start + length) * side)];
}
