/**
 * The area resize in plain TypeScript, for runtimes without WebAssembly SIMD and as what the kernels are held
 * to, bit for bit: rows are gathered first and columns second, in doubles, with one division at the end.
 */
import type { Coverage } from "./coverage.ts";
import type { Raster } from "./raster.ts";

/** The pixels of the target, [rows, columns, channels]. */
export function resizePlain(raster: Raster, rows: Coverage, columns: Coverage): Float32Array {
  const { channels } = raster;
  const [height, width] = [rows.first.length, columns.first.length];
  const gathered = new Float64Array(raster.width * channels); // one target row at the source's width
  const pixels = new Float32Array(width * height * channels);
  const area = raster.width * raster.height;
  for (let y = 0; y < height; y++) {
    gatherRow(raster.pixels, rows, y, gathered);
    for (let c = 0; c < channels; c++) gatherColumns(gathered, channels, c, columns, area, pixels, y * width);
  }
  return pixels;
}

function gatherRow(
  source: Raster["pixels"],
  { first, start, shares }: Coverage,
  y: number,
  gathered: Float64Array,
): void {
  gathered.fill(0);
  let p = first[y]! * gathered.length;
  for (let k = start[y]!; k < start[y + 1]!; k++) {
    const share = shares[k]!;
    for (let x = 0; x < gathered.length; x++) gathered[x]! += share * source[p++]!;
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
