import { readFileSync } from "node:fs";
import { type DecodedRadiograph, decodeRadiograph, toGrey } from "@radlite/model/input";
import { expect, test } from "vitest";
import { emptyPng } from "./empty-png.ts";

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
const image = (name: string) => fixture(`images/${name}`);

/** Every pixel of a decoded square of 32, set against a formula. */
function expectPixels(decoded: DecodedRadiograph, pixel: (x: number, y: number) => number[]) {
  const expected = Array.from({ length: 32 * 32 }, (_, i) => pixel(i % 32, Math.floor(i / 32))).flat();
  expect({ width: decoded.width, height: decoded.height }).toEqual({ width: 32, height: 32 });
  expect(Array.from(decoded.pixels)).toEqual(expected.map(Math.fround));
}

test.each<[string, 1 | 3, (x: number, y: number) => number[]]>([
  ["grey-8.png", 1, (x, y) => [8 * x + (y % 8)]],
  ["bilevel.png", 1, (x) => [x % 8 === 0 || x % 8 === 2 ? 255 : 0]],
  ["rgb-8.png", 3, (x, y) => [8 * x, 8 * y, 255 - 8 * x]],
  ["rgb-16.png", 3, (x, y) => [(2114 * x) / 257, (2114 * y) / 257, (65535 - 2114 * x) / 257]],
  [
    "palette.png",
    3,
    (x) =>
      [
        [10, 10, 10],
        [20, 30, 40],
        [90, 90, 90],
        [255, 0, 0],
      ][x % 4]!,
  ],
  ["grey-alpha-8.png", 1, (x, y) => [8 * x * ((8 * y) / 255)]],
  ["grey-alpha-16.png", 1, (x, y) => [((2114 * x) / 257) * ((2114 * y) / 65535)]],
  ["rgba-8.png", 3, (x, y) => [8 * x, 8 * y, 200].map((level) => level * (x % 2 ? 1 : 51 / 255))],
])("%s holds the pixels its maker put there", async (name, channels, pixel) => {
  const decoded = await decodeRadiograph(image(name));
  expect(decoded).toMatchObject({ kind: "png", channels });
  expectPixels(decoded, pixel);
});

test("16 bits keep every level: 65535 is 255, and 1024 levels stay 1024", async () => {
  const { pixels } = await decodeRadiograph(image("grey-16.png"));
  expect(pixels[0]).toBe(Math.fround(1 / 257));
  expect(pixels[1023]).toBe(255);
  expect(Array.from(pixels)).toEqual(
    Array.from({ length: 1024 }, (_, i) => Math.fround((2113 * (i % 32) + Math.floor(i / 32) + 1) / 257)),
  );
  expect(new Set(pixels).size).toBe(1024);
});

/** The mean of each quadrant, [top left, top right, bottom left, bottom right], rounded. */
function quadrants({ width, height, channels, pixels }: DecodedRadiograph): number[] {
  const sums = [0, 0, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const quadrant = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      sums[quadrant]! += pixels[(y * width + x) * channels]! / ((width * height) / 4);
    }
  return sums.map(Math.round);
}

test.each([
  ["grey.jpeg", 1],
  ["progressive.jpeg", 3],
])("%s decodes to its four grey quadrants", async (name, channels) => {
  const decoded = await decodeRadiograph(image(name));
  expect(decoded).toMatchObject({ kind: "jpeg", width: 64, height: 32, channels });
  expect(quadrants(decoded)).toEqual([40, 90, 160, 230]);
});

test("CMYK becomes RGB: the quadrants keep their order and roughly their grey", async () => {
  const decoded = await decodeRadiograph(image("cmyk.jpeg"));
  const greys = quadrants({ ...decoded, ...toGrey(decoded) });
  expect(decoded.channels).toBe(3);
  expect(greys.map((grey, i) => Math.abs(grey - [40, 90, 160, 230][i]!) < 25)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(greys).toEqual(greys.toSorted((a, b) => a - b));
});

// EXIF 2.3, tag 0x0112: where row 0 and column 0 of the stored picture lie in the upright one.
test.each([
  [2, 64, 32, [90, 40, 230, 160]], // mirrored left to right
  [3, 64, 32, [230, 160, 90, 40]], // half a turn
  [4, 64, 32, [160, 230, 40, 90]], // mirrored top to bottom
  [5, 32, 64, [40, 160, 90, 230]], // transposed
  [6, 32, 64, [160, 40, 230, 90]], // a quarter turn clockwise sets it upright
  [7, 32, 64, [230, 90, 160, 40]], // transposed over the other diagonal
  [8, 32, 64, [90, 230, 40, 160]], // a quarter turn anticlockwise
])("EXIF orientation %i is applied", async (orientation, width, height, expected) => {
  const decoded = await decodeRadiograph(image(`orientation-${orientation}.jpeg`));
  expect(decoded).toMatchObject({ width, height });
  expect(quadrants(decoded)).toEqual(expected);
});

test("a real radiograph: 224 x 224, grey stored as colour", async () => {
  const decoded = await decodeRadiograph(fixture("radiographs/person1_bacteria_1.jpeg"));
  const { pixels } = decoded;
  const colourful = Array.from({ length: 224 * 224 }, (_, i) => pixels[3 * i] !== pixels[3 * i + 1]).filter(
    Boolean,
  );
  expect(decoded).toMatchObject({ kind: "jpeg", width: 224, height: 224, channels: 3 });
  expect(colourful).toEqual([]);
  expect(toGrey(decoded).pixels).toEqual(Float32Array.from({ length: 224 * 224 }, (_, i) => pixels[3 * i]!));
});

const jpeg = fixture("radiographs/person1_bacteria_1.jpeg");

test.each([
  ["text", Buffer.from("hello, not an image"), "NOT_AN_IMAGE", 415, /is a text file, which is not/],
  ["bytes of no known kind", Buffer.from("00ff10aa55", "hex"), "NOT_AN_IMAGE", 415, /starting 00ff10aa55/],
  ["an empty body", Buffer.alloc(0), "NOT_AN_IMAGE", 400, /is empty/],
  [
    "a GIF",
    Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1"),
    "NOT_AN_IMAGE",
    415,
    /JPEG, PNG or DICOM/,
  ],
  ["the signature alone", jpeg.subarray(0, 3), "NOT_AN_IMAGE", 400, /damaged or cut short/],
  ["a JPEG cut in half", jpeg.subarray(0, jpeg.length / 2), "NOT_AN_IMAGE", 400, /damaged or cut short/],
  ["a JPEG short of its last 20 bytes", jpeg.subarray(0, -20), "NOT_AN_IMAGE", 400, /damaged or cut short/],
  ["a PNG cut in half", image("rgb-8.png").subarray(0, 1200), "NOT_AN_IMAGE", 400, /the PNG file is damaged/],
  ["1 x 1 pixel", image("pixel-1x1.png"), "TOO_SMALL", 400, /1x1 pixels; at least 32/],
  ["30,000 x 30,000", image("huge-30000x30000.png"), "TOO_LARGE", 413, /30000x30000 pixels; at most 10000/],
])("%s is refused with its reason", async (_name, bytes, reason, status, message) => {
  const refusal = decodeRadiograph(bytes);
  await expect(refusal).rejects.toMatchObject({ code: "BAD_INPUT", reason, status });
  await expect(refusal).rejects.toThrow(message);
});

test("every bit flip in a PNG's pixels is noticed: no damaged picture gets a verdict", async () => {
  const whole = image("grey-8.png");
  const pixels = (await decodeRadiograph(whole)).pixels;
  for (let i = 41; i < whole.length - 12; i += 11) {
    const damaged = Buffer.from(whole);
    damaged[i]! ^= 0x10;
    const outcome = await decodeRadiograph(damaged).then(
      (decoded) => decoded.pixels,
      (error) => error.reason,
    );
    if (outcome !== "NOT_AN_IMAGE") expect(outcome).toEqual(pixels);
  }
});

test("too many pixels in all are refused though each side is allowed", async () => {
  await expect(decodeRadiograph(emptyPng(9000, 9000, 8, 0))).rejects.toMatchObject({
    reason: "TOO_LARGE",
    status: 413,
  });
});

test.each<[string, 2 | 6, number]>([
  ["16-bit colour", 2, 6],
  ["16-bit colour with alpha", 6, 8],
])(
  "%s is refused where its levels take more than 128 MB, before decoding begins",
  async (name, colour, bytes) => {
    const height = Math.floor(128e6 / bytes / 5000);
    const over = decodeRadiograph(emptyPng(5000, height + 1, 16, colour));
    await expect(over).rejects.toMatchObject({ reason: "TOO_LARGE", status: 413 });
    await expect(over).rejects.toThrow(`pixels of ${name}, which take 128.0 MB decoded`);
    await expect(decodeRadiograph(emptyPng(5000, height, 16, colour))).rejects.toThrow(
      "damaged or cut short",
    );
  },
);

test.each([
  ["grey of 16 bits", 16, 0],
  ["colour and alpha of 8 bits", 8, 6],
] as const)("%s is decoded up to 32 million pixels", async (_name, depth, colour) => {
  await expect(decodeRadiograph(emptyPng(6400, 5000, depth, colour))).rejects.toThrow("damaged or cut short");
});
