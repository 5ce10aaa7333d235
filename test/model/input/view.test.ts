/** A copy to look at shows the picture: as it is where it is small, close to its exact average where it is not. */
import { readFileSync } from "node:fs";
import { decodeRadiograph, resizeArea, toGrey } from "@radlite/model/input";
import sharp from "sharp";
import { expect, test } from "vitest";
import { rowsOf } from "../../../model/input/raster.ts";
import { viewRows } from "../../../model/input/view.ts";

const RADIOGRAPH = "test/fixtures/radiographs/IM-0115-0001.jpeg";
const file = readFileSync(RADIOGRAPH);

test.each([224, 1000])("a picture of 224 pixels is not enlarged to %i: its levels, rounded", async (side) => {
  const picture = await decodeRadiograph(file);
  const view = viewRows(rowsOf(picture), side);
  const grey = toGrey(picture).pixels;
  expect([view.width, view.height, view.channels]).toEqual([224, 224, 1]);
  expect(view.pixels).toEqual(Uint8Array.from(grey, (level) => Math.floor(level + 0.5)));
});

test.each([
  ["wide", 1618, 1279, 384, 304],
  ["tall", 800, 1100, 279, 384],
  ["a strip", 3000, 40, 384, 5],
])(
  "%s: %ix%i becomes %ix%i, within a few levels of the exact average",
  async (_name, width, height, ...wanted) => {
    const large = await sharp(file).resize(width, height, { fit: "fill" }).png().toBuffer();
    const picture = await decodeRadiograph(large);
    const view = viewRows(rowsOf(picture), 384);
    expect([view.width, view.height]).toEqual(wanted);
    const exact = toGrey(resizeArea(picture, view.width, view.height)).pixels;
    const differences = Array.from(exact, (level, at) => Math.abs(level - view.pixels[at]!));
    expect(differences.reduce((sum, one) => sum + one) / exact.length).toBeLessThan(5);
  },
);
