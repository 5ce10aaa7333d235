/** The lowest and the highest pixel of a picture: on the WASM kernels, or in TypeScript to the same numbers. */
import { openKernels } from "./kernel-memory.ts";
import type { Pixels, Range, Rows } from "./raster.ts";

export function findRange(source: Rows): Range {
  return source.range ?? findRangeWasm(source) ?? findRangePlain(source);
}

export function findRangePlain(source: Rows): Range {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let y = 0; y < source.height; y++) {
    const row = source.readRow(y);
    for (let x = 0; x < row.length; x++) {
      const pixel = row[x]!;
      if (pixel < lowest) lowest = pixel;
      if (pixel > highest) highest = pixel;
    }
  }
  return { lowest, highest };
}

const VECTOR_BYTES = 16;

/** Undefined where the runtime has no SIMD. */
export function findRangeWasm(source: Rows): Range | undefined {
  const Numbers = source.isBytes ? Uint8Array : Float32Array;
  const length = source.width * source.channels;
  const opened = openKernels([length * Numbers.BYTES_PER_ELEMENT, VECTOR_BYTES, VECTOR_BYTES]);
  if (!opened) return undefined;
  const { memory, kernels, addresses } = opened;
  const [row, lowest, highest] = addresses as [number, number, number];
  const lanes = VECTOR_BYTES / Numbers.BYTES_PER_ELEMENT;
  const { held } = source;
  const rowPixels: Pixels = new Numbers(memory.buffer, row, length);
  const low = new Numbers(memory.buffer, lowest, lanes).fill(source.isBytes ? 255 : Number.POSITIVE_INFINITY);
  const high = new Numbers(memory.buffer, highest, lanes).fill(source.isBytes ? 0 : Number.NEGATIVE_INFINITY);
  const widen = source.isBytes ? kernels.rangeBytes : kernels.rangeFloats;
  for (let y = 0; y < source.height; y++) {
    if (!held) rowPixels.set(source.readRow(y));
    widen(held ? held.address + y * held.stride : row, length, lowest, highest);
  }
  return { lowest: Math.min(...low), highest: Math.max(...high) };
}
