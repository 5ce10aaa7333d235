/**
 * A small average of a picture that goes along with its resize: each row is gathered to the average's columns while it
 * is at hand, so that a second look at the picture costs no second pass over it. Exact by area, as resize.ts defines
 * it; columns are gathered first and rows second, which for bytes is the same number, as all sums are whole.
 */
import { type Coverage, coverAxis } from "./coverage.ts";
import type { Pixels } from "./raster.ts";
import type { Region } from "./region.ts";

export interface Average {
  /** What it is of, in the pixels of the grey rows that it goes along with. */
  region: Region;
  columns: Coverage;
  /** Takes in row `y`, gathered to the columns; a row that it has already, and one outside, it passes over. */
  take(y: number, gather: () => Float64Array): void;
  /** [side, side], once all rows went by. */
  finish(): Float32Array;
}

export function startAverage(region: Region, side: number): Average {
  const rows = coverAxis(region.height, side);
  const sums = new Float64Array(side * side);
  const endOf = (row: number) => rows.first[row]! + rows.start[row + 1]! - rows.start[row]!;
  let next = region.top;
  let first = 0; // the first of the average's rows that has not got all of its own
  return {
    region,
    columns: coverAxis(region.width, side),
    take(y, gather) {
      if (y !== next || y >= region.top + region.height) return;
      next += 1;
      const gathered = gather();
      const at = y - region.top;
      while (endOf(first) <= at) first += 1;
      for (let row = first; row < side && rows.first[row]! <= at; row++) {
        const share = rows.shares[rows.start[row]! + at - rows.first[row]!]!;
        for (let x = 0; x < side; x++) sums[row * side + x]! += share * gathered[x]!;
      }
    },
    finish: () => Float32Array.from(sums, (sum) => sum / (region.width * region.height)),
  };
}

/**
 * One row, from pixel `left` on, to columns: Σ share · pixel. Pixels that lie whole in a column all have the same
 * share, so they are added up first, in four lanes as the kernels do.
 */
export function gatherRow(row: Pixels, left: number, { first, start, shares }: Coverage): Float64Array {
  const gathered = new Float64Array(first.length);
  for (let x = 0; x < gathered.length; x++) {
    const from = start[x]!;
    const last = start[x + 1]! - 1;
    const begin = left + first[x]!;
    const end = begin + last - from;
    let sum = shares[from]! * row[begin]!;
    if (last > from) sum += shares[last]! * row[end]!;
    if (last > from + 1) sum += shares[from + 1]! * addUp(row, begin + 1, end);
    gathered[x] = sum;
  }
  return gathered;
}

function addUp(row: Pixels, begin: number, end: number): number {
  const lanes = new Float64Array(4);
  let i = begin;
  for (; i + 4 <= end; i += 4) for (let lane = 0; lane < 4; lane++) lanes[lane]! += row[i + lane]!;
  let sum = lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!);
  for (; i < end; i++) sum += row[i]!;
  return sum;
}
