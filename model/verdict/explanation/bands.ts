/**
 * The map in bands over a picture: what a place alone would make of the whole. Were the features everywhere as they are
 * there, the logit would be the map's value and the bias, and the probability what calibration makes of that; bands
 * begin where it passes each of `BAND_PROBABILITIES`, and below the first there is nothing. Between the middles of
 * cells values are interpolated, so that edges are smooth; that makes the drawing no finer than the cells.
 */
import type { ActivationMap } from "./activation-map.ts";
import type { Content } from "./box.ts";

/** Odds of about ten, a hundred and a thousand to one. */
export const BAND_PROBABILITIES = [0.9, 0.99, 0.999] as const;

/** What a map is read with: the model that it comes from. */
export interface Scale {
  head: { bias: number };
  /** Of calibration: logits are divided by it. */
  temperature: number;
}

export interface Size {
  width: number;
  height: number;
}

/**
 * @param content what of the original the network read; elsewhere there is nothing
 * @param original, size the picture in pixels, and how large the bands are wanted
 * @returns of each pixel of `size`, row by row, how many of the probabilities it passes
 */
export function layBands(
  map: ActivationMap,
  { head, temperature }: Scale,
  { content, original, size }: { content: Content; original: Size; size: Size },
): Uint8Array {
  const [first, second, third] = BAND_PROBABILITIES.map(
    (probability) => temperature * Math.log(probability / (1 - probability)) - head.bias,
  ) as [number, number, number];
  const columns = placePixels(size.width, original.width, content.left, content.width, map.width);
  const rows = placePixels(size.height, original.height, content.top, content.height, map.height);
  const bands = new Uint8Array(size.width * size.height);
  const line = new Float64Array(map.width);
  for (let y = rows.from; y < rows.to; y++) {
    const above = rows.cell[y]! * map.width;
    const below = rows.next[y]! * map.width;
    for (let cell = 0; cell < map.width; cell++)
      line[cell] = between(map.values[above + cell]!, map.values[below + cell]!, rows.share[y]!);
    const start = y * size.width;
    for (let x = columns.from; x < columns.to; x = columns.end[x]!) {
      const [left, right] = [line[columns.cell[x]!]!, line[columns.next[x]!]!];
      if (left < first && right < first) continue;
      for (let at = x; at < columns.end[x]!; at++) {
        const value = between(left, right, columns.share[at]!);
        if (value >= first) bands[start + at] = value >= third ? 3 : value >= second ? 2 : 1;
      }
    }
  }
  return bands;
}

const between = (low: number, high: number, share: number): number => low + share * (high - low);

/** Between the middles of which cells the middle of each pixel lies, how far from the first, and up to which pixel. */
function placePixels(pixels: number, original: number, start: number, length: number, cells: number) {
  const [cell, next, end] = [new Int32Array(pixels), new Int32Array(pixels), new Int32Array(pixels)];
  const share = new Float64Array(pixels);
  let [from, to] = [pixels, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const inContent = (((pixel + 0.5) * original) / pixels - start) / length;
    if (inContent < 0 || inContent > 1) continue;
    from = Math.min(from, pixel);
    to = pixel + 1;
    const at = Math.min(Math.max(inContent * cells - 0.5, 0), cells - 1);
    const first = Math.floor(at);
    cell[pixel] = first;
    next[pixel] = Math.min(first + 1, cells - 1);
    share[pixel] = at - first;
  }
  for (let pixel = to - 1; pixel >= from; pixel--) {
    const isLast = pixel + 1 === to || cell[pixel + 1] !== cell[pixel];
    end[pixel] = isLast ? pixel + 1 : end[pixel + 1]!;
  }
  return { cell, next, end, share, from, to };
}
