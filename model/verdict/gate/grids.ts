/**
 * What a gate sees of a picture: its mean brightness over coarse grids of cells, with exposure taken out. All grids
 * nest in 30x30, so that one exact area average of the picture serves them all, and turning, flipping or inverting the
 * picture is a rearrangement of its cells.
 */

/** Pixels a side of the picture that a gate reads. */
export const GATE_SIDE = 30;

/** Grey levels of the file that a picture varies by at least: a flatter one is not blown up to look like another. */
const LEAST_STEPS = 2;

export interface GatePicture {
  /** Grey, [30, 30] in [0, 255]. */
  pixels: ArrayLike<number>;
  /** A level of the file, in grey levels: 1 where it has 8 bits. */
  step: number;
}

/**
 * The grid's cells, [rows, columns], as (mean of the cell - mean) / max(deviation of the cells, two levels of the file).
 * `rows` and `columns` divide 30.
 */
export function readGrid({ pixels, step }: GatePicture, rows: number, columns: number): Float64Array {
  const [high, wide] = [GATE_SIDE / rows, GATE_SIDE / columns];
  const cells = new Float64Array(rows * columns);
  for (let y = 0, at = 0; y < GATE_SIDE; y++) {
    const row = Math.floor(y / high) * columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let x = 0; x < wide; x++, at++) sum += pixels[at]!;
      cells[row + column]! += sum;
    }
  }
  return standardise(cells, high * wide, LEAST_STEPS * step);
}

/** In place, from sums over `area` pixels. */
function standardise(cells: Float64Array, area: number, floor: number): Float64Array {
  let sum = 0;
  for (let i = 0; i < cells.length; i++) sum += cells[i]! /= area;
  const mean = sum / cells.length;
  let squares = 0;
  for (let i = 0; i < cells.length; i++) squares += (cells[i]! - mean) ** 2;
  const deviation = Math.max(Math.sqrt(squares / cells.length), floor);
  for (let i = 0; i < cells.length; i++) cells[i] = (cells[i]! - mean) / deviation;
  return cells;
}

/** How a picture may have been changed as a whole. Each undoes itself, but the quarter turns, which undo each other. */
export const WHOLE_CHANGES = ["inverted", "turned-left", "turned-right", "half-turned", "flipped"] as const;
export type WholeChange = (typeof WHOLE_CHANGES)[number];

/** The cells [side, side] of the picture that is so changed; `flipped` is top to bottom. */
export function changeGrid(cells: Float64Array, side: number, change: WholeChange): Float64Array {
  const last = side - 1;
  if (change === "inverted") return cells.map((cell) => -cell);
  const source = sourceOf(change, last);
  const changed = new Float64Array(cells.length);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const [fromY, fromX] = source(y, x);
      changed[at] = cells[fromY * side + fromX]!;
    }
  }
  return changed;
}

type Source = (y: number, x: number) => readonly [y: number, x: number];

function sourceOf(change: Exclude<WholeChange, "inverted">, last: number): Source {
  switch (change) {
    case "turned-left":
      return (y, x) => [x, last - y];
    case "turned-right":
      return (y, x) => [last - x, y];
    case "half-turned":
      return (y, x) => [last - y, last - x];
    case "flipped":
      return (y, x) => [last - y, x];
    default:
      throw new Error(`unknown change ${change satisfies never}`);
  }
}

/** Cell minus its mirror image for the left half of a grid [rows, columns]: [rows, columns / 2]. */
export function readAsymmetry(cells: Float64Array, rows: number, columns: number): Float64Array {
  const half = columns / 2;
  const differences = new Float64Array(rows * half);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < half; x++)
      differences[y * half + x] = cells[y * columns + x]! - cells[(y + 1) * columns - 1 - x]!;
  }
  return differences;
}
