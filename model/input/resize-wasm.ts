/**
 * The area resize on the WASM kernels: source rows pass through a buffer of one row, so the memory is small
 * whatever the radiograph measures. It is kept for the next one, and grows when a row is longer.
 */
import { canRun, type Kernels, SLACK_BYTES, startKernels } from "@radlite/model/kernels";
import type { Coverage } from "./coverage.ts";
import type { Pixels, Rows } from "./raster.ts";

const ALIGNMENT = 16;
const PAGE_BYTES = 65_536;

let started: { memory: WebAssembly.Memory; kernels: Kernels } | undefined;

/** The pixels of the target, [rows, columns, channels]; undefined where the runtime has no SIMD. */
export function resizeWasm(source: Rows, rows: Coverage, columns: Coverage): Float32Array | undefined {
  if (!canRun("simd")) return undefined;
  const { channels, isBytes } = source;
  const [height, width] = [rows.first.length, columns.first.length];
  const rowLength = source.width * channels;
  const [row, sums, first, start, shares, target, end] = layOut(
    rowLength * (isBytes ? 1 : Float32Array.BYTES_PER_ELEMENT),
    rowLength * Float64Array.BYTES_PER_ELEMENT,
    columns.first.byteLength,
    columns.start.byteLength,
    columns.shares.byteLength,
    width * channels * Float32Array.BYTES_PER_ELEMENT,
  ) as [number, number, number, number, number, number, number];
  if (!started) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    started = { memory, kernels: startKernels(memory, "wasm-simd") };
  }
  const { memory, kernels } = started;
  const missingPages = Math.ceil((end + SLACK_BYTES - memory.buffer.byteLength) / PAGE_BYTES);
  if (missingPages > 0) memory.grow(missingPages);

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

/** Addresses of buffers of these sizes, and the first one behind them; kernels read and write whole vectors. */
function layOut(...sizes: number[]): number[] {
  const addresses = [ALIGNMENT];
  for (const size of sizes) {
    addresses.push(addresses.at(-1)! + Math.ceil(size / ALIGNMENT) * ALIGNMENT + 2 * ALIGNMENT);
  }
  return addresses;
}
