/**
 * The area resize of bytes that are held in the kernels' memory: in whole numbers, row by row of the target, without a
 * copy of the source.
 */
import type { Coverage } from "./coverage.ts";
import { openKernels } from "./kernel-memory.ts";
import type { Rows } from "./raster.ts";

/** Sixteen pixels are added up at a time. */
const LANES = 16;

/** The pixels of the target, [rows, columns]; undefined for rows that are not held, or in floats. */
export function resizeHeld(source: Rows, rows: Coverage, columns: Coverage): Float32Array | undefined {
  const { held, isBytes } = source;
  if (!held || !isBytes) return undefined;
  const [height, width] = [rows.first.length, columns.first.length];
  const sumBytes = Math.ceil(source.width / LANES) * LANES * Int32Array.BYTES_PER_ELEMENT;
  const { first, start, shares } = columns;
  const opened = openKernels([
    ...[sumBytes, first.byteLength, start.byteLength, shares.byteLength],
    height * width * Float32Array.BYTES_PER_ELEMENT,
  ]);
  if (!opened) return undefined;
  const { memory, kernels, addresses } = opened;
  const [sums, firstAt, startAt, sharesAt, target] = addresses as [number, number, number, number, number];
  new Int32Array(memory.buffer, firstAt).set(first);
  new Int32Array(memory.buffer, startAt).set(start);
  new Float64Array(memory.buffer, sharesAt).set(shares);
  const area = source.width * source.height;
  for (let y = 0; y < height; y++) {
    const [from, to] = [rows.start[y]!, rows.start[y + 1]!];
    const row = held.address + rows.first[y]! * held.stride;
    // Rows between the first and the last are covered in full and have one share.
    const [begin, middle, end] = [rows.shares[from]!, rows.shares[from + 1] ?? 0, rows.shares[to - 1]!];
    kernels.addByteRows(row, held.stride, to - from, begin, middle, end, sums, source.width);
    kernels.gatherSums(sums, firstAt, startAt, sharesAt, area, target + 4 * y * width, width);
  }
  return new Float32Array(memory.buffer, target, height * width).slice();
}
