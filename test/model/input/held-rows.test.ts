import fc from "fast-check";
import { expect, test } from "vitest";
import { coverAxis } from "../../../model/input/coverage.ts";
import { holdGrey } from "../../../model/input/held-rows.ts";
import { findRange, findRangePlain } from "../../../model/input/range.ts";
import { greyRows, type Raster, type Rows, rowsOf } from "../../../model/input/raster.ts";
import { cropRows } from "../../../model/input/region.ts";
import { resizeRows } from "../../../model/input/resize.ts";
import { resizeHeld } from "../../../model/input/resize-held.ts";
import { resizePlain } from "../../../model/input/resize-plain.ts";
import { createNumbers } from "../networks.ts";

const KINDS = ["grey", "grey as colour", "colour", "floats", "float colours"] as const;
type Kind = (typeof KINDS)[number];

function draw(kind: Kind, width: number, height: number, seed: number): Raster {
  const channels = kind === "grey" || kind === "floats" ? 1 : 3;
  const floats = createNumbers(seed)
    .floats(width * height * channels, 127.5)
    .map((x) => x + 127.5);
  if (kind === "grey as colour") for (const i of floats.keys()) floats[i] = floats[i - (i % 3)]!;
  const pixels = kind.startsWith("float") ? floats : Uint8Array.from(floats);
  return { width, height, channels, pixels };
}

/** All numbers, whatever array they lie in. */
const readAll = (rows: Rows) =>
  Float32Array.from(Array.from({ length: rows.height }, (_, y) => [...rows.readRow(y)]).flat());

test("what is held is the luma to the bit, and so are its range, its crop and its resize", () => {
  const side = fc.integer({ min: 1, max: 90 });
  fc.assert(
    fc.property(
      ...[fc.constantFrom(...KINDS), side, side, side, side, fc.nat()],
      (kind, width, height, toWidth, toHeight, seed) => {
        const source = greyRows(rowsOf(draw(kind, width, height, seed)));
        const held = holdGrey(rowsOf(draw(kind, width, height, seed)));
        const [left, top] = [seed % width, (seed >> 8) % height];
        const region = { left, top, width: width - left, height: height - top };

        expect(held.isBytes).toBe(kind.startsWith("grey") || (kind === "colour" && held.isBytes));
        expect(readAll(held)).toEqual(readAll(source));
        expect(findRange(held)).toEqual(findRangePlain(source));
        const cut = cropRows(source, region);
        expect(readAll(cropRows(held, region))).toEqual(readAll(cut));
        const resized = resizeRows(cropRows(held, region), toWidth, toHeight);
        const [rows, columns] = [coverAxis(region.height, toHeight), coverAxis(region.width, toWidth)];
        expect(resized.pixels).toEqual(resizePlain(cut, rows, columns));
      },
    ),
    { seed: 33, numRuns: 60 },
  );
});

test("one pixel of colour anywhere makes floats of all, also where it comes last", () => {
  const grey = draw("grey as colour", 50, 400, 5); // more than goes in at a time
  for (const at of [0, 3 * 7777 + 1, grey.pixels.length - 1]) {
    const pixels = Uint8Array.from(grey.pixels);
    pixels[at]! ^= 1;
    const source = rowsOf({ ...grey, pixels });
    const held = holdGrey(source);
    expect([held.isBytes, readAll(held)]).toEqual([false, readAll(greyRows(source))]);
  }
});

test("rows of white by the thousand: no sum runs over", () => {
  const [width, height] = [40, 10_000];
  const held = holdGrey(
    rowsOf({ width, height, channels: 1, pixels: new Uint8Array(width * height).fill(255) }),
  );
  const pixels = resizeHeld(held, coverAxis(height, 3), coverAxis(width, 7));
  expect([...pixels!]).toEqual(new Array(21).fill(255));
});

test("a picture is read no more once another one is held", () => {
  const first = holdGrey(rowsOf(draw("grey", 20, 20, 1)));
  holdGrey(rowsOf(draw("grey", 20, 20, 2)));
  expect(() => first.readRow(0)).toThrow("another picture is held");
});
