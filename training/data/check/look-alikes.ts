/**
 * Pictures that are nearly the same: stored anew, shrunk, brightened, or taken twice in a row. Two thumbnails look
 * alike when their correlation is high. All pairs are compared, most of them by 64 numbers alone: means over blocks
 * are an orthogonal projection, so what differs too much there differs too much in full (Faloutsos et al., SIGMOD
 * 1994). No pair is missed.
 */
import { setImmediate } from "node:timers/promises";

export interface LookAlikes {
  /** Rows of the two pictures, the smaller first. */
  pair: [number, number];
  /** The correlation of their thumbnails, up to 1. */
  correlation: number;
}

/** How long the comparison holds the thread before others have it, milliseconds. */
const TURN_MS = 50;

const BLOCK = 4; // pixels a side of what is averaged for the first look

/**
 * `thumbnails`: [n, side, side], `side` a multiple of 4. Most alike first. Flat pictures are like nothing.
 * `onProgress` counts pairs.
 */
export async function findLookAlikes(
  thumbnails: Float32Array,
  side: number,
  minCorrelation: number,
  onProgress?: (done: number, total: number) => void,
): Promise<LookAlikes[]> {
  const length = side * side;
  const pictures = standardise(thumbnails, length);
  const coarse = averageBlocks(pictures, side);
  const coarseLength = length / BLOCK ** 2;
  // For unit vectors: |a - b|^2 = 2 - 2 correlation.
  const farthest = 2 - 2 * minCorrelation;
  const found: LookAlikes[] = [];
  const count = thumbnails.length / length;
  const pairs = (count * (count - 1)) / 2;
  let turnMs = performance.now();
  for (let a = 0; a < count; a++) {
    if (performance.now() - turnMs > TURN_MS) {
      onProgress?.(pairs - ((count - a) * (count - a - 1)) / 2, pairs);
      await setImmediate();
      turnMs = performance.now();
    }
    for (let b = a + 1; b < count; b++) {
      if (BLOCK ** 2 * distance(coarse, a, b, coarseLength, farthest / BLOCK ** 2) > farthest) continue;
      const squared = distance(pictures, a, b, length, farthest);
      if (squared <= farthest) found.push({ pair: [a, b], correlation: 1 - squared / 2 });
    }
  }
  return found.sort((x, y) => y.correlation - x.correlation);
}

/** Squared; not finished once it is beyond `enough`. */
function distance(vectors: Float32Array, a: number, b: number, length: number, enough: number): number {
  let sum = 0;
  for (let i = a * length, j = b * length, end = i + length; i < end && sum <= enough; ) {
    for (const stop = i + 16; i < stop; i++, j++) sum += (vectors[i]! - vectors[j]!) ** 2;
  }
  return sum;
}

/** Each picture with mean 0 and length 1; a flat one is not a number, and so within no distance. */
function standardise(thumbnails: Float32Array, length: number): Float32Array {
  const result = new Float32Array(thumbnails.length);
  for (let start = 0; start < thumbnails.length; start += length) {
    const picture = thumbnails.subarray(start, start + length);
    const mean = picture.reduce((sum, value) => sum + value, 0) / length;
    const norm = Math.sqrt(picture.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    for (let at = 0; at < length; at++) result[start + at] = (picture[at]! - mean) / norm;
  }
  return result;
}

function averageBlocks(pictures: Float32Array, side: number): Float32Array {
  const blocks = side / BLOCK;
  const result = new Float32Array(pictures.length / BLOCK ** 2);
  for (let at = 0; at < pictures.length; at++) {
    const [row, column] = [Math.floor(at / side), at % side]; // rows run on over all pictures
    result[Math.floor(row / BLOCK) * blocks + Math.floor(column / BLOCK)]! += pictures[at]! / BLOCK ** 2;
  }
  return result;
}
