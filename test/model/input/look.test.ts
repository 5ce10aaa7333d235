import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { decodeRadiograph, type LookSize, prepareInput, resizeArea, trimBorders } from "@radlite/model/input";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { startAverage } from "../../../model/input/average.ts";
import { coverAxis } from "../../../model/input/coverage.ts";
import { rowsOf, toGrey } from "../../../model/input/raster.ts";
import { cropRows } from "../../../model/input/region.ts";
import { resizeRows } from "../../../model/input/resize.ts";
import { resizePlain } from "../../../model/input/resize-plain.ts";
import { resizeWasm } from "../../../model/input/resize-wasm.ts";
import { findContent } from "../../../model/input/trim.ts";
import { createNumbers } from "../networks.ts";

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const jpegModule = WebAssembly.compile(readFileSync(codec));
const prepareHere = prepareWith(createDecoder(() => jpegModule));
const RADIOGRAPH = readFileSync("test/fixtures/radiographs/person1_bacteria_1.jpeg");
const PER_IMAGE: InputRecipe = { width: 64, height: 64, channels: 1, normalise: { kind: "per-image" } };
const LOOK: LookSize = { side: 30, trim: false };

const largestDifference = (some: Float32Array, others: Float32Array): number =>
  some.reduce((largest, one, at) => Math.max(largest, Math.abs(one - others[at]!)), 0);

test("an average that goes along is that of its region, by kernels and in TypeScript alike, and moves no pixel", () => {
  const side = fc.integer({ min: 1, max: 90 });
  fc.assert(
    fc.property(
      ...[side, side, side, side, fc.integer({ min: 1, max: 40 }), fc.boolean(), fc.nat()],
      (width, height, toWidth, toHeight, lookSide, isDeep, seed) => {
        const floats = createNumbers(seed)
          .floats(width * height, 127.5)
          .map((x) => x + 127.5);
        const pixels = isDeep ? floats : Uint8Array.from(floats);
        const source = rowsOf({ width, height, channels: 1, pixels });
        const left = seed % width;
        const top = (seed >> 8) % height;
        const region = { left, top, width: width - left, height: height - top };
        const [rows, columns] = [coverAxis(height, toHeight), coverAxis(width, toWidth)];
        const [fast, plain] = [startAverage(region, lookSide), startAverage(region, lookSide)];

        const resized = resizeWasm(source, rows, columns, fast);

        expect(resized).toEqual(resizePlain(source, rows, columns, plain));
        expect(resized).toEqual(resizeWasm(source, rows, columns));
        const average = fast.finish();
        expect(average).toEqual(plain.finish());
        const apart = resizeRows(cropRows(source, region), lookSide, lookSide).pixels;
        if (!isDeep) expect(average).toEqual(apart);
        expect(largestDifference(average, apart)).toBeLessThan(1e-4);
      },
    ),
    { seed: 31, numRuns: 60 },
  );
});

/** A radiograph in frames of black, left wider than the others. */
const framed = () =>
  sharp(RADIOGRAPH)
    .extend({ top: 10, bottom: 10, left: 30, right: 10, background: "black" })
    .jpeg()
    .toBuffer();

test.each([
  [undefined, false],
  [undefined, true],
  [true, false],
  [true, true],
] as const)("a network that trims: %s, a look that trims: %s", async (trim, looks) => {
  const file = await framed();
  const recipe = { ...PER_IMAGE, ...(trim && { trim }) };
  const grey = toGrey(await decodeRadiograph(file));
  const expected = looks ? trimBorders(grey, 30, 30) : resizeArea(grey, 30, 30);

  const { tensor, region, look } = await prepareInput(file, recipe, { side: 30, trim: looks });

  expect(largestDifference(look!.pixels, expected.pixels)).toBeLessThan(1e-3);
  expect(look!.step).toBe(1);
  expect(tensor).toEqual((await prepareInput(file, recipe)).tensor);
  const whole = { left: 0, top: 0, width: grey.width, height: grey.height };
  expect(region).toEqual(trim ? findContent(rowsOf(grey)) : whole);
  if (trim) expect(region.left).toBeGreaterThanOrEqual(25);
});

test("the look is the same whatever channels the network reads, and in a browser", async () => {
  const colours: InputRecipe = {
    ...{ width: 20, height: 24, channels: 3 },
    normalise: { kind: "fixed", order: "rgb", mean: [0, 0, 0], scale: [1, 1, 1] },
  };
  const { look } = await prepareInput(RADIOGRAPH, PER_IMAGE, LOOK);
  for (const prepare of [prepareInput, prepareHere])
    for (const recipe of [PER_IMAGE, colours])
      expect((await prepare(RADIOGRAPH, recipe, LOOK)).look).toEqual(look);
});

test("nobody asked: no look", async () => {
  expect(await prepareInput(RADIOGRAPH, PER_IMAGE)).not.toHaveProperty("look");
});
