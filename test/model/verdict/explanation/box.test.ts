import { type ActivationMap, boxUpperPart, upperCells } from "@radlite/model/verdict";
import fc from "fast-check";
import { expect, test } from "vitest";

const map = (width: number, height: number, ...values: number[]): ActivationMap => ({
  width,
  height,
  values: Float32Array.from(values),
});
const grid = map(5, 2, ...[9, 8, 0, 0, 0], ...[0, 0, 0, 0, 7]);

test("a fifth of the cells, rounded up, those with most evidence first; of equals the first", () => {
  expect(upperCells(grid)).toEqual([0, 1]);
  expect(upperCells(map(3, 2, 1, 1, 1, 1, 1, 1))).toEqual([0, 1]);
  expect(upperCells(map(1, 1, -4))).toEqual([0]);
});

test("two cells of ten, worked by hand: in the whole picture, and in what trimming left of it", () => {
  const whole = { left: 0, top: 0, width: 103, height: 51 };
  expect(boxUpperPart(grid, whole)).toEqual({ x: 0, y: 0, width: 42, height: 26 }); // 41.2 and 25.5, touched
  const trimmed = { left: 10, top: 20, width: 50, height: 30 };
  expect(boxUpperPart(grid, trimmed)).toEqual({ x: 10, y: 20, width: 20, height: 15 });
});

test("the largest of the pieces that do not touch, among equals the one with the highest cell; corners do not join", () => {
  const content = { left: 0, top: 0, width: 5, height: 3 };
  const split = map(5, 3, ...[9, 0, 0, 0, 0], ...[0, 0, 0, 0, 8], ...[0, 0, 0, 0, 7]);
  expect(boxUpperPart(split, content)).toEqual({ x: 4, y: 1, width: 1, height: 2 });
  const corners = map(5, 2, ...[0, 9, 0, 0, 0], ...[8, 0, 0, 0, 0]);
  expect(boxUpperPart(corners, { ...content, height: 2 })).toEqual({ x: 1, y: 0, width: 1, height: 1 });
  const edges = map(5, 2, ...[0, 0, 0, 0, 9], ...[8, 0, 0, 0, 0]); // neighbours in the row of numbers alone
  expect(boxUpperPart(edges, { ...content, height: 2 })).toEqual({ x: 4, y: 0, width: 1, height: 1 });
});

test("every box holds pixels and lies in the content", () => {
  const side = fc.integer({ min: 1, max: 20 });
  const pixels = fc.integer({ min: 1, max: 3000 });
  const offset = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.infiniteStream(fc.float({ noNaN: true })),
      pixels,
      pixels,
      offset,
      offset,
      (w, h, stream, width, height, left, top) => {
        const values = [...stream.take(w * h)];
        const box = boxUpperPart(map(w, h, ...values), { left, top, width, height });
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(1);
        expect(box.x).toBeGreaterThanOrEqual(left);
        expect(box.y).toBeGreaterThanOrEqual(top);
        expect(box.x + box.width).toBeLessThanOrEqual(left + width);
        expect(box.y + box.height).toBeLessThanOrEqual(top + height);
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});
