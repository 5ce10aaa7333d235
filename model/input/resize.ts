/**
 * Exact area resize: every target pixel is the mean of the source over the rectangle it covers, source pixels
 * taken as squares of constant value, fractions at the edges included. One definition for shrinking and for
 * enlarging; separable, so rows are gathered first and columns second. The mean of the image is conserved,
 * integer factors compose, and the same size gives the same values.
 *
 * Training, evaluation and serving share this one resize: libraries' own differ by up to 26 grey levels.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Raster } from "./raster.ts";

/**
 * @param width, height of the result in pixels; the aspect ratio is the caller's business.
 * @throws BAD_INPUT for a size that is not a positive whole number.
 */
export function resizeArea(raster: Raster, width: number, height: number): Raster<Float32Array> {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RadliteError(
        "BAD_INPUT",
        `cannot resize to ${width}x${height}: expected positive whole pixels`,
      );
    }
  }
  const { channels } = raster;
  const rows = coverage(raster.height, height);
  const columns = coverage(raster.width, width);
  const stride = raster.width * channels;
  const gathered = new Float64Array(stride); // one target row at the source's width
  const pixels = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    gatherRow(raster.pixels, stride, rows, y, gathered);
    for (let c = 0; c < channels; c++) gatherColumns(gathered, channels, c, columns, pixels, y * width);
  }
  return { width, height, channels, pixels };
}

/** Which source pixels a target pixel covers along one axis, and for which share of it each. */
interface Coverage {
  first: Int32Array; // [target]: the first source pixel
  start: Int32Array; // [target + 1]: where its weights lie
  weights: Float64Array; // sum to 1 for each target pixel
}

/**
 * In units where a source pixel is `target` long and a target pixel `source` long, all borders are integers
 * and so are the overlaps: no rounding decides which pixels touch.
 */
function coverage(source: number, target: number): Coverage {
  const first = new Int32Array(target);
  const start = new Int32Array(target + 1);
  const weights: number[] = [];
  for (let j = 0; j < target; j++) {
    const low = j * source;
    const high = low + source;
    first[j] = Math.floor(low / target);
    for (let i = first[j]!; i * target < high; i++) {
      const overlap = Math.min((i + 1) * target, high) - Math.max(i * target, low);
      weights.push(overlap / source);
    }
    start[j + 1] = weights.length;
  }
  return { first, start, weights: Float64Array.from(weights) };
}

function gatherRow(
  source: Raster["pixels"],
  stride: number,
  { first, start, weights }: Coverage,
  y: number,
  gathered: Float64Array,
): void {
  gathered.fill(0);
  let p = first[y]! * stride;
  for (let k = start[y]!; k < start[y + 1]!; k++) {
    const weight = weights[k]!;
    for (let x = 0; x < stride; x++) gathered[x]! += weight * source[p++]!;
  }
}

function gatherColumns(
  gathered: Float64Array,
  channels: number,
  channel: number,
  { first, start, weights }: Coverage,
  target: Float32Array,
  offset: number, // of the target row, in pixels
): void {
  for (let x = 0; x < first.length; x++) {
    let sum = 0;
    let p = first[x]! * channels + channel;
    for (let k = start[x]!; k < start[x + 1]!; k++, p += channels) sum += weights[k]! * gathered[p]!;
    target[(offset + x) * channels + channel] = sum;
  }
}
