import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { prepareInput, type Raster } from "@radlite/model/input";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { findRange, findRangePlain, findRangeWasm } from "../../../model/input/range.ts";
import { rowsOf } from "../../../model/input/raster.ts";
import { findContent } from "../../../model/input/trim.ts";
import { createNumbers } from "../networks.ts";

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const jpegModule = WebAssembly.compile(readFileSync(codec));
const prepareHere = prepareWith(createDecoder(() => jpegModule));

type Paint = (x: number, y: number) => number;

const SIDE = 200;
/** A diagonal ramp from 40 to 215: no row and no column of it is black or white. */
const ramp: Paint = (x, y) => 40 + Math.round((175 * (x + y)) / (2 * SIDE - 2));

function paint(pixel: Paint, width = SIDE, height = SIDE): Raster {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) =>
    pixel(i % width, Math.floor(i / width)),
  );
  return { width, height, channels: 1, pixels };
}
const contentOf = (raster: Raster) => findContent(rowsOf(raster));
const edges = ({ left, top, width, height }: ReturnType<typeof contentOf>, side = SIDE) => ({
  left,
  top,
  right: side - left - width,
  bottom: side - top - height,
});

/** Bars of these colours and widths, the first at the bottom of all. */
type Bar = ["left" | "top" | "right" | "bottom", width: number, level: number];
const behindBars =
  (bars: Bar[], picture: Paint = ramp): Paint =>
  (x, y) => {
    const distance = { left: x, top: y, right: SIDE - 1 - x, bottom: SIDE - 1 - y };
    return bars.findLast(([side, width]) => distance[side] < width)?.[2] ?? picture(x, y);
  };

test("golden: bars of black and white at all sides, each as wide as it is", () => {
  const bars: Bar[] = [
    ["left", 3, 0],
    ["top", 17, 255],
    ["right", 50, 0],
    ["bottom", 1, 255],
  ];
  expect(edges(contentOf(paint(behindBars(bars))))).toEqual({ left: 3, top: 17, right: 50, bottom: 1 });
});

test("whichever bar lies over the others, all go", () => {
  const bars: Bar[] = [
    ["left", 10, 0],
    ["top", 12, 255],
    ["right", 14, 255],
    ["bottom", 16, 0],
  ];
  const orders = bars.flatMap((a) =>
    bars
      .filter((b) => b !== a)
      .flatMap((b) =>
        bars
          .filter((c) => c !== a && c !== b)
          .map((c) => [a, b, c, bars.find((d) => ![a, b, c].includes(d))!]),
      ),
  );
  expect(orders).toHaveLength(24);
  for (const order of orders)
    expect(edges(contentOf(paint(behindBars(order))))).toEqual({ left: 10, top: 12, right: 14, bottom: 16 });
});

test("at most a quarter of a side goes at each of its ends", () => {
  expect(
    edges(
      contentOf(
        paint(
          behindBars([
            ["left", 90, 0],
            ["right", 51, 255],
          ]),
        ),
      ),
    ),
  ).toEqual({
    left: 50,
    top: 0,
    right: 50,
    bottom: 0,
  });
});

test("99.5% of a row or column: one stray pixel of 200 is let pass, two are not", () => {
  const bar = behindBars([["top", 5, 0]]);
  const withStrays =
    (count: number): Paint =>
    (x, y) =>
      y < 5 && x >= 90 && x < 90 + count ? 120 : bar(x, y);
  expect(contentOf(paint(withStrays(1))).top).toBe(5);
  expect(contentOf(paint(withStrays(2))).top).toBe(0);
  const turned =
    (count: number): Paint =>
    (x, y) =>
      withStrays(count)(y, x);
  expect(contentOf(paint(turned(1))).left).toBe(5);
  expect(contentOf(paint(turned(2))).left).toBe(0);
});

test("black is at most 4/255 of the range above the lowest pixel, white as much below the highest", () => {
  const bars = (low: number, high: number) =>
    behindBars(
      [
        ["top", 5, low],
        ["left", 5, high],
      ],
      (x, y) => (x === 100 && y === 100 ? 0 : x === 101 && y === 100 ? 255 : ramp(x, y)),
    );
  expect(edges(contentOf(paint(bars(4, 251))))).toMatchObject({ left: 5, top: 5 });
  expect(edges(contentOf(paint(bars(5, 250))))).toMatchObject({ left: 0, top: 0 });
});

test("a picture without borders, a flat one and a dark corner stay whole", () => {
  const whole = { left: 0, top: 0, right: 0, bottom: 0 };
  expect(edges(contentOf(paint(ramp)))).toEqual(whole);
  expect(edges(contentOf(paint(() => 7)))).toEqual(whole);
  const corner: Paint = (x, y) => (x + y < 150 ? 0 : ramp(x, y));
  expect(edges(contentOf(paint(corner)))).toEqual(whole);
});

test("depth and offset do not matter: any factor and any step that keeps the levels apart cuts the same", () => {
  const change = fc.record({
    bars: fc.array(
      fc.tuple(
        fc.constantFrom("left", "top", "right", "bottom"),
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(0, 2, 4, 251, 255),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    white: fc.constantFrom(255, 1023, 4095, 65_535),
    spread: fc.boolean(),
  });
  fc.assert(
    fc.property(change, ({ bars, white, spread }) => {
      const eight = paint(behindBars(bars as Bar[]));
      const factor = spread ? Math.floor(white / 255) : 1;
      const offset = white - 255 * factor;
      const pixels = Float32Array.from(eight.pixels, (level) => ((level * factor + offset) * 255) / white);
      expect(contentOf({ ...eight, pixels })).toEqual(contentOf(eight));
    }),
    { seed: 40, numRuns: 80 },
  );
});

test("kernels and TypeScript find the same range, in bytes and floats, in rows of any length", () => {
  const side = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.constantFrom<1 | 3>(1, 3),
      fc.boolean(),
      fc.nat(),
      (width, height, channels, isDeep, seed) => {
        const floats = createNumbers(seed)
          .floats(width * height * channels, 127)
          .map((x) => x + 127.5);
        const rows = rowsOf({ width, height, channels, pixels: isDeep ? floats : Uint8Array.from(floats) });
        const range = findRangePlain(rows);
        expect(findRangeWasm(rows)).toEqual(range);
        expect(findRange(rows)).toEqual(range);
        expect(range.lowest).toBe(Math.min(...(isDeep ? floats : Uint8Array.from(floats))));
      },
    ),
    { seed: 41, numRuns: 80 },
  );
});

const PLAIN: InputRecipe = { width: 64, height: 64, channels: 1, normalise: { kind: "per-image" } };
const TRIMMED: InputRecipe = { ...PLAIN, trim: true };
const FILE = readFileSync(new URL("../../fixtures/radiographs/person1_bacteria_1.jpeg", import.meta.url));

/** The radiograph in a frame of these widths, as a PNG. */
function framed(background: string, colour: boolean): Promise<Buffer> {
  return sharp(FILE)
    .extend({ top: 11, bottom: 9, left: 20, right: 4, background })
    .toColourspace(colour ? "srgb" : "b-w")
    .png()
    .toBuffer();
}

test.each([
  ["black", false],
  ["white", false],
  ["black", true],
])(
  "a radiograph in a %s frame (in colour: %s) is, trimmed, the radiograph: server and browser, to the bit",
  async (background, colour) => {
    const bare = await sharp(FILE).toColourspace("b-w").png().toBuffer();
    const frame = await framed(background, colour);
    const expected = (await prepareInput(bare, TRIMMED)).tensor;
    expect((await prepareInput(frame, TRIMMED)).tensor).toEqual(expected);
    expect((await prepareHere(frame, TRIMMED)).tensor).toEqual(expected);
    expect((await prepareInput(frame, PLAIN)).tensor).not.toEqual(expected);
    expect(await prepareInput(frame, TRIMMED)).toMatchObject({ width: 248, height: 244 }); // of the file
  },
);

test("golden: a frame of 8 around a ramp of 32, to 4 x 2", async () => {
  const grey = readFileSync(new URL("../../fixtures/images/grey-8.png", import.meta.url));
  const frame = await sharp(grey)
    .extend({ top: 8, bottom: 8, left: 8, right: 8, background: "black" })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  const { tensor } = await prepareInput(frame, {
    width: 4,
    height: 2,
    channels: 1,
    trim: true,
    normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
  });
  // As without the frame: see prepare.test.ts.
  expect([...tensor]).toEqual([31.5, 95.5, 159.5, 223.5, 31.5, 95.5, 159.5, 223.5]);
});

test("a frame around nothing is blank: what would be left has no deviation", async () => {
  const frame = await sharp({ create: { width: 100, height: 100, channels: 3, background: "#808080" } })
    .extend({ top: 20, bottom: 20, left: 20, right: 20, background: "black" })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  await expect(prepareInput(frame, TRIMMED)).rejects.toMatchObject({ reason: "BLANK" });
});
