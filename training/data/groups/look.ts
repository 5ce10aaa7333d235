/**
 * The look of a radiograph: how it was taken and stored, in numbers, and as little as possible of what it shows. Levels
 * and marks are measured outside an ellipse that holds the lungs of a frontal radiograph; what lies in it lends only
 * how fine its detail is.
 */
import { type Raster, resizeArea } from "@radlite/model/input";
import { countLevels, type Levels } from "./levels.ts";

/** The side of the grey picture that is measured, pixels. */
export const LOOK_SIDE = 224;

/** Half the axes and the middle of the ellipse, as shares of the side. */
const LUNGS = { across: 0.36, down: 0.42, x: 0.5, y: 0.52 };
const STRIP = Math.round(0.05 * LOOK_SIDE); // pixels of an edge
const CELLS = 4; // a side: corners and edges are cells of a quarter of the side
const BLOCK = 8; // pixels a side of the surroundings that a mark stands out from
const OCTAVES = ["finest detail", "fine detail", "coarse detail"] as const;
const OUTSIDE_SHARES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];
const ROWS = ["top", "upper", "lower", "bottom"] as const;
const COLUMNS = ["left", "half left", "half right", "right"] as const;

const BORDER_CELLS = ROWS.flatMap((row, y) =>
  COLUMNS.map((column, x) => ({ name: `${row} ${column}`, x, y })),
).filter(({ x, y }) => x % (CELLS - 1) === 0 || y % (CELLS - 1) === 0);
const CORNERS = BORDER_CELLS.filter(({ x, y }) => x % (CELLS - 1) === 0 && y % (CELLS - 1) === 0);

/** What each number is. Sides are the picture's. */
export const LOOK: readonly string[] = [
  ...OUTSIDE_SHARES.map((share) => `level of the darkest ${100 * share}% outside the lungs`),
  "share of pure black",
  "share of pure white",
  "brightest level",
  ...OCTAVES.flatMap((octave) => [
    `${octave} in the lungs`,
    `${octave} outside the lungs`,
    `${octave} at edges`,
  ]),
  ...["top", "bottom", "left", "right"].map((edge) => `level of the ${edge} edge`),
  ...CORNERS.map(({ name }) => `level of the ${name} corner`),
  ...BORDER_CELLS.map(({ name }) => `marks ${name}`),
];

/** `pixels`: grey levels 0..255, [LOOK_SIDE, LOOK_SIDE]. One number for each name in `LOOK`. */
export function describeLook(pixels: Float32Array): Float32Array {
  const picture: Raster<Float32Array> = { width: LOOK_SIDE, height: LOOK_SIDE, channels: 1, pixels };
  const all = countLevels();
  const outside = countLevels();
  const lungs = markLungs(LOOK_SIDE);
  pixels.forEach((level, at) => {
    all.add(level);
    if (!lungs[at]) outside.add(level);
  });
  const mean = (left: number, top: number, right: number, bottom: number) =>
    averageOver(pixels, { left, top, right, bottom });
  const cell = LOOK_SIDE / CELLS;
  const marks = measureMarks(picture, lungs);
  return Float32Array.from([
    ...OUTSIDE_SHARES.map((share) => outside.below(share)),
    Math.sqrt(all.share((level) => level < 2)),
    Math.sqrt(all.share((level) => level > 253)),
    all.below(0.999),
    ...OCTAVES.flatMap((_, octave) =>
      measureDetail(resizeArea(picture, LOOK_SIDE >> octave, LOOK_SIDE >> octave)),
    ),
    mean(0, 0, LOOK_SIDE, STRIP),
    mean(0, LOOK_SIDE - STRIP, LOOK_SIDE, LOOK_SIDE),
    mean(0, 0, STRIP, LOOK_SIDE),
    mean(LOOK_SIDE - STRIP, 0, LOOK_SIDE, LOOK_SIDE),
    ...CORNERS.map(({ x, y }) => mean(x * cell, y * cell, (x + 1) * cell, (y + 1) * cell)),
    ...BORDER_CELLS.map(({ x, y }) => marks[y * CELLS + x]!.below(0.995)),
  ]);
}

/** Logarithms of the Laplacian's size: its median in the lungs and outside them, and what 5% exceed. */
function measureDetail({ width: side, pixels }: Raster<Float32Array>): [number, number, number] {
  const lungs = markLungs(side);
  const [inside, outside, all] = [countLevels(), countLevels(), countLevels()];
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      const neighbours = pixels[at - 1]! + pixels[at + 1]! + pixels[at - side]! + pixels[at + side]!;
      const detail = Math.abs(4 * pixels[at]! - neighbours);
      (lungs[at] ? inside : outside).add(detail);
      all.add(detail);
    }
  }
  return [Math.log1p(inside.below(0.5)), Math.log1p(outside.below(0.5)), Math.log1p(all.below(0.95))];
}

/** By how much pixels outside the lungs outshine the blocks they lie in, a count for each cell, row by row. */
function measureMarks(picture: Raster<Float32Array>, lungs: Uint8Array): Levels[] {
  const { pixels } = resizeArea(picture, LOOK_SIDE / BLOCK, LOOK_SIDE / BLOCK);
  const cells = Array.from({ length: CELLS ** 2 }, countLevels);
  const cell = LOOK_SIDE / CELLS;
  picture.pixels.forEach((level, at) => {
    if (lungs[at]) return;
    const [x, y] = [at % LOOK_SIDE, Math.floor(at / LOOK_SIDE)];
    const around = pixels[Math.floor(y / BLOCK) * (LOOK_SIDE / BLOCK) + Math.floor(x / BLOCK)]!;
    cells[Math.floor(y / cell) * CELLS + Math.floor(x / cell)]!.add(Math.max(0, level - around));
  });
  return cells;
}

function averageOver(
  pixels: Float32Array,
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
): number {
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += pixels[y * LOOK_SIDE + x]!;
  return sum / ((right - left) * (bottom - top));
}

const masks = new Map<number, Uint8Array>();

/** 1 where the lungs may lie, [side, side]. */
function markLungs(side: number): Uint8Array {
  const known = masks.get(side);
  if (known) return known;
  const mask = Uint8Array.from({ length: side * side }, (_, at) => {
    const x = ((at % side) + 0.5) / side - LUNGS.x;
    const y = (Math.floor(at / side) + 0.5) / side - LUNGS.y;
    return Number((x / LUNGS.across) ** 2 + (y / LUNGS.down) ** 2 < 1);
  });
  masks.set(side, mask);
  return mask;
}
