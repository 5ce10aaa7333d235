/**
 * The box that goes with a map: around the largest connected piece of its upper part, as Zhou et al. 2016 (section 3.2)
 * draw theirs, in pixels of the picture as it was sent, upright.
 */
import type { ActivationMap } from "./activation-map.ts";

/** The share of all cells that is the upper part. */
const UPPER_SHARE = 1 / 5;

/** Whole pixels of the upright original; at least one each way. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What of the original the network read, in its pixels: all of it, or what trimming left. */
export interface Content {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Numbers of the cells with most evidence, a fifth of all rounded up; of equals the first. */
export function upperCells({ values }: ActivationMap): number[] {
  const cells = Array.from(values, (_, cell) => cell).sort((a, b) => values[b]! - values[a]! || a - b);
  return cells.slice(0, Math.ceil(values.length * UPPER_SHARE));
}

/** A cell covers its share of the content; pixels that it touches are inside. */
export function boxUpperPart(map: ActivationMap, content: Content): Box {
  const piece = largestPiece(map, upperCells(map));
  const columns = piece.map((cell) => cell % map.width);
  const rows = piece.map((cell) => Math.floor(cell / map.width));
  const [x, width] = span(columns, map.width, content.left, content.width);
  const [y, height] = span(rows, map.height, content.top, content.height);
  return { x, y, width, height };
}

function span(cells: number[], of: number, start: number, length: number): [start: number, length: number] {
  const first = start + Math.floor((Math.min(...cells) * length) / of);
  const end = start + Math.ceil(((Math.max(...cells) + 1) * length) / of);
  return [first, end - first];
}

/** Cells that share a side belong together; of pieces of one size, the one with the highest cell. */
function largestPiece({ width }: ActivationMap, cells: readonly number[]): number[] {
  const left = new Set(cells);
  let largest: number[] = [];
  for (const seed of cells) {
    if (!left.delete(seed)) continue;
    const piece = [seed];
    for (const cell of piece) {
      const column = cell % width;
      const beside = [column > 0 && cell - 1, column < width - 1 && cell + 1, cell - width, cell + width];
      for (const next of beside) if (next !== false && left.delete(next)) piece.push(next);
    }
    if (piece.length > largest.length) largest = piece;
  }
  return largest;
}
