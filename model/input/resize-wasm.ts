/**
 * The area resize on the WASM kernels: source rows pass through a buffer of one row, so the memory is small
 * whatever the radiograph measures.
 */
import type { Coverage } from "./coverage.ts";
import { openKernels } from "./kernel-memory.ts";
import type { Pixels, Rows } from "./raster.ts";

/** The pixels of the target, [rows, columns, channels]; undefined where the runtime has no SIMD. */
export function resizeWasm(source: Rows, rows: Coverage, columns: Coverage): Float32Array | undefined {
  const { channels, isBytes } = source;
  const [height, width] = [rows.first.length, columns.first.length];
  const rowLength = source.width * channels;
  const opened = openKernels([
    rowLength * (isBytes ? 1 : Float32Array.BYTES_PER_ELEMENT),
    rowLength * Float64Array.BYTES_PER_ELEMENT,
    columns.first.byteLength,
    columns.start.byteLength,
    columns.shares.byteLength,
    width * channels * Float32Array.BYTES_PER_ELEMENT,
  ]);
  if (!opened) return undefined;
  const { memory, kernels, addresses } = opened;
  const [row, sums, first, start, shares, target] = addresses as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];

  new Int32Array(memory.buffer, first).set(columns.first);
  new Int32Array(memory.buffer, start).set(columns.start);
  new Float64Array(memory.buffer, shares).set(columns.shares);
  const sourceRow: Pixels = new (isBytes ? Uint8Array : Float32Array)(memory.buffer, row, rowLength);
  const targetRow = new Float32Array(memory.buffer, target, width * channels);
  const addRow = isBytes ? kernels.addByteRow : kernels.addFloatRow;
  const result = new Float32Array(height * targetRow.length);
  const area = source.width * source.height;
  for (let y = 0; y < height; y++) {
    const [from, to] = [rows.start[y]!, rows.start[y + 1]!];
    for (let k = from; k < to; k++) {
      sourceRow.set(source.readRow(rows.first[y]! + k - from));
      addRow(row, sums, rowLength, rows.shares[k]!, k === from);
    }
    kernels.gatherColumns(sums, channels, first, start, shares, area, target, width);
    result.set(targetRow, y * targetRow.length);
  }
  return result;
}
