/**
 * The area resize in plain TypeScript, for runtimes without WebAssembly SIMD and as what the kernels are held
 * to, bit for bit: rows are gathered first and columns second, in doubles, with one division at the end.
 */
import { type Average, gatherRow } from "./average.ts";
import type { Coverage } from "./coverage.ts";
import type { Rows } from "./raster.ts";

/** The pixels of the target, [rows, columns, channels]; `average` takes in what goes by. */
export function resizePlain(
  source: Rows,
  rows: Coverage,
  columns: Coverage,
  average?: Average,
): Float32Array {
  const { channels } = source;
  const [height, width] = [rows.first.length, columns.first.length];
  const gathered = new Float64Array(source.width * channels); // one target row at the source's width
  const pixels = new Float32Array(width * height * channels);
  const area = source.width * source.height;
  for (let y = 0; y < height; y++) {
    addRows(source, rows, y, gathered, average);
    for (let c = 0; c < channels; c++) gatherColumns(gathered, channels, c, columns, area, pixels, y * width);
  }
  return pixels;
}

function addRows(
  source: Rows,
  { first, start, shares }: Coverage,
  y: number,
  gathered: Float64Array,
  average?: Average,
): void {
  gathered.fill(0);
  const from = start[y]!;
  for (let k = from; k < start[y + 1]!; k++) {
    const share = shares[k]!;
    const row = source.readRow(first[y]! + k - from);
    average?.take(first[y]! + k - from, () => gatherRow(row, average.region.left, average.columns));
    for (let x = 0; x < gathered.length; x++) gathered[x]! += share * row[x]!;
  }
}

function gatherColumns(
  gathered: Float64Array,
  channels: number,
  channel: number,
  { first, start, shares }: Coverage,
  area: number,
  target: Float32Array,
  offset: number, // of the target row, in pixels
): void {
  for (let x = 0; x < first.length; x++) {
    let sum = 0;
    let p = first[x]! * channels + channel;
    for (let k = start[x]!; k < start[x + 1]!; k++, p += channels) sum += shares[k]! * gathered[p]!;
    target[(offset + x) * channels + channel] = sum / area;
  }
}
