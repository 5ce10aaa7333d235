/**
 * What JPEG at a given quality loses: each 8x8 block's cosine coefficients rounded to multiples of the
 * luminance table (ITU-T T.81, Annex K.1) scaled by quality as the IJG's reference encoder does. Every channel
 * is treated as luminance: radiographs are grey, so chroma subsampling has nothing to lose.
 */
import { createPicture, type Picture } from "./picture.ts";

const BLOCK = 8;
const MIDDLE = 128;

// biome-ignore format: a table
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** Orthonormal DCT-II: COSINES[k * 8 + n]. */
const COSINES = Float32Array.from({ length: BLOCK * BLOCK }, (_, at) => {
  const k = at >> 3;
  const n = at & 7;
  return (k === 0 ? Math.sqrt(1 / 8) : 0.5) * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

/** TRANSPOSED[n * 8 + k]: its inverse. */
const TRANSPOSED = COSINES.map((_, at) => COSINES[(at & 7) * BLOCK + (at >> 3)]!);

/** Step of each coefficient; `quality` from 1 to 100, where 100 rounds to whole numbers. */
export function scaleTable(quality: number): Float32Array {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(LUMINANCE, (step) =>
    Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))),
  );
}

/** Encoded and decoded at `quality`; a side that 8 does not divide is continued by its last pixels. */
export function compressJpeg(source: Picture, quality: number): Picture {
  const { width: side, channels } = source;
  const steps = scaleTable(quality);
  const result = createPicture(side, channels);
  const block = new Float32Array(BLOCK * BLOCK);
  const scratch = new Float32Array(BLOCK * BLOCK);
  for (let top = 0; top < side; top += BLOCK) {
    for (let left = 0; left < side; left += BLOCK) {
      for (let c = 0; c < channels; c++) {
        readBlock(source, top, left, c, block);
        transform(block, scratch, COSINES);
        for (let k = 0; k < block.length; k++) block[k] = Math.round(block[k]! / steps[k]!) * steps[k]!;
        transform(block, scratch, TRANSPOSED);
        writeBlock(result, top, left, c, block);
      }
    }
  }
  return result;
}

/** block <- M block Mᵀ: along rows into columns, twice. */
function transform(block: Float32Array, scratch: Float32Array, matrix: Float32Array): void {
  multiplyTransposed(block, scratch, matrix);
  multiplyTransposed(scratch, block, matrix);
}

/** to[k][row] = sum over n of matrix[k][n] from[row][n] */
function multiplyTransposed(from: Float32Array, to: Float32Array, m: Float32Array): void {
  for (let row = 0; row < BLOCK; row++) {
    const at = row * BLOCK;
    const f0 = from[at]!;
    const f1 = from[at + 1]!;
    const f2 = from[at + 2]!;
    const f3 = from[at + 3]!;
    const f4 = from[at + 4]!;
    const f5 = from[at + 5]!;
    const f6 = from[at + 6]!;
    const f7 = from[at + 7]!;
    for (let k = 0, i = 0; k < BLOCK; k++, i += BLOCK) {
      to[i + row] =
        m[i]! * f0 +
        m[i + 1]! * f1 +
        m[i + 2]! * f2 +
        m[i + 3]! * f3 +
        m[i + 4]! * f4 +
        m[i + 5]! * f5 +
        m[i + 6]! * f6 +
        m[i + 7]! * f7;
    }
  }
}

function readBlock(
  { width: side, channels, pixels }: Picture,
  top: number,
  left: number,
  c: number,
  block: Float32Array,
) {
  for (let row = 0; row < BLOCK; row++) {
    const y = Math.min(top + row, side - 1);
    for (let column = 0; column < BLOCK; column++) {
      const x = Math.min(left + column, side - 1);
      block[row * BLOCK + column] = pixels[(y * side + x) * channels + c]! - MIDDLE;
    }
  }
}

function writeBlock(
  { width: side, channels, pixels }: Picture,
  top: number,
  left: number,
  c: number,
  block: Float32Array,
) {
  const bottom = Math.min(BLOCK, side - top);
  const right = Math.min(BLOCK, side - left);
  for (let row = 0; row < bottom; row++) {
    for (let column = 0; column < right; column++) {
      const value = block[row * BLOCK + column]! + MIDDLE;
      pixels[((top + row) * side + left + column) * channels + c] = Math.min(255, Math.max(0, value));
    }
  }
}
