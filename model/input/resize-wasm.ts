/**
 * The area resize on the WASM kernels, in floats: source rows pass through a buffer of one row, so the memory is small
 * whatever the radiograph measures, unless they are held there already.
 */
import type { Average } from "./average.ts";
import type { Coverage } from "./coverage.ts";
import { type OpenedKernels, openKernels } from "./kernel-memory.ts";
import type { Rows } from "./raster.ts";

const PIXEL_BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * The pixels of the target, [rows, columns, channels]; undefined where the runtime has no SIMD. `average` takes in what
 * goes by.
 */
export function resizeWasm(
  source: Rows,
  rows: Coverage,
  columns: Coverage,
  average?: Average,
): Float32Array | undefined {
  const { channels, isBytes } = source;
  const held = isBytes ? undefined : source.held;
  const [height, width] = [rows.first.length, columns.first.length];
  const rowLength = source.width * channels;
  const opened = openKernels([
    rowLength * PIXEL_BYTES,
    rowLength * Float64Array.BYTES_PER_ELEMENT,
    ...sizesOf(columns),
    width * channels * Float32Array.BYTES_PER_ELEMENT,
    ...(average
      ? [...sizesOf(average.columns), average.columns.first.length * Float64Array.BYTES_PER_ELEMENT]
      : []),
  ]);
  if (!opened) return undefined;
  const { memory, kernels, addresses } = opened;
  const [row, sums, first, start, shares, target, ...rest] = addresses as [
    number,
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ];

  writeCoverage(memory, columns, [first, start, shares]);
  const sourceRow = new Float32Array(memory.buffer, row, rowLength);
  const targetRow = new Float32Array(memory.buffer, target, width * channels);
  const gather = average && prepareGather(opened, average, rest);
  const result = new Float32Array(height * targetRow.length);
  const area = source.width * source.height;
  for (let y = 0; y < height; y++) {
    const [from, to] = [rows.start[y]!, rows.start[y + 1]!];
    for (let k = from; k < to; k++) {
      const at = rows.first[y]! + k - from;
      const address = held ? held.address + at * held.stride : row;
      if (!held) sourceRow.set(source.readRow(at));
      kernels.addFloatRow(address, sums, rowLength, rows.shares[k]!, k === from);
      if (gather) average.take(at, () => gather(address));
    }
    kernels.gatherColumns(sums, channels, first, start, shares, area, target, width);
    result.set(targetRow, y * targetRow.length);
  }
  return result;
}

/** Gathers the row that lies at an address to the columns of an average, whose tables it lays out at `addresses`. */
function prepareGather(
  { memory, kernels }: OpenedKernels,
  { region, columns }: Average,
  addresses: readonly number[],
): (row: number) => Float64Array {
  const [first, start, shares, target] = addresses as [number, number, number, number];
  writeCoverage(memory, columns, [first, start, shares]);
  const side = columns.first.length;
  const gathered = new Float64Array(memory.buffer, target, side);
  return (row) => {
    kernels.gatherFloats(row + region.left * PIXEL_BYTES, first, start, shares, target, side);
    return gathered;
  };
}

const sizesOf = ({ first, start, shares }: Coverage): number[] => [
  first.byteLength,
  start.byteLength,
  shares.byteLength,
];

function writeCoverage(
  { buffer }: WebAssembly.Memory,
  { first, start, shares }: Coverage,
  [firstAt, startAt, sharesAt]: readonly [number, number, number],
): void {
  new Int32Array(buffer, firstAt).set(first);
  new Int32Array(buffer, startAt).set(start);
  new Float64Array(buffer, sharesAt).set(shares);
}
