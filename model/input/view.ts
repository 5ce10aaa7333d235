/**
 * A copy of a picture to look at: grey, 8 bits, at most so many pixels a side; what is smaller stays as it is. No network
 * reads it, so it is no exact average but one of a few pixels of those that each of its own covers, which of a large
 * colour picture takes a tenth of the time.
 */
import { flattenRows, type Levels } from "./levels.ts";
import { lumaOf, type Raster, type Rows } from "./raster.ts";

/** Pixels a side that go into one of a smaller copy, evenly spread; with fewer, fine lines make patterns. */
const SAMPLES = 2;

/** @param longestSide of the copy, in pixels */
export const viewLevels = (decoded: Levels, longestSide: number): Raster<Uint8Array> =>
  viewRows(flattenRows(decoded), longestSide);

export function viewRows(rows: Rows, longestSide: number): Raster<Uint8Array> {
  const scale = Math.min(1, longestSide / Math.max(rows.width, rows.height));
  const samples = scale < 1 ? SAMPLES : 1;
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  const [width, height] = [side(rows.width), side(rows.height)];
  const columns = spread(rows.width, width * samples);
  const lines = spread(rows.height, height * samples);
  const pixels = new Uint8Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let line = 0; line < samples; line++)
      addSamples(rows, lines[y * samples + line]!, columns, samples, sums);
    // The fraction is cut off.
    for (let x = 0; x < width; x++) pixels[y * width + x] = sums[x]! / samples ** 2 + 0.5;
  }
  return { width, height, channels: 1, pixels };
}

function addSamples(rows: Rows, y: number, columns: Int32Array, samples: number, sums: Float64Array): void {
  const row = rows.readRow(y);
  let at = 0;
  for (let x = 0; x < sums.length; x++) {
    for (let sample = 0; sample < samples; sample++) {
      const column = columns[at++]!;
      if (rows.channels === 1) sums[x]! += row[column]!;
      else sums[x]! += lumaOf(row[3 * column]!, row[3 * column + 1]!, row[3 * column + 2]!);
    }
  }
}

/** Places along a side, evenly. */
function spread(side: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * side) / count));
}
