/** A written PNG is the picture, as readers that are not its writer read it. */
import { encodePng, type IndexedPicture } from "@radlite/model/input";
import * as browser from "@radlite/model/input/browser";
import fc from "fast-check";
import { convertIndexedToRgb, decode } from "fast-png";
import sharp from "sharp";
import { expect, test } from "vitest";

const level = fc.integer({ min: 0, max: 255 });
const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 300 }),
    height: fc.integer({ min: 1, max: 300 }),
    palette: fc.array(fc.tuple(level, level, level), { minLength: 1, maxLength: 256 }),
    factor: fc.nat({ max: 1000 }),
  })
  .map(({ factor, ...picture }): IndexedPicture => {
    const length = picture.width * picture.height;
    const indices = Uint8Array.from({ length }, (_, at) => (at * factor) % picture.palette.length);
    return { ...picture, indices };
  });

const coloursOf = ({ palette, indices }: IndexedPicture) =>
  Uint8Array.from([...indices].flatMap((index) => [...palette[index]!]));

test("fast-png, check sums held, and sharp read what was written", async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async (picture) => {
      const bytes = encodePng(picture);
      const read = decode(bytes, { checkCrc: true });
      expect([read.width, read.height, read.depth]).toEqual([picture.width, picture.height, 8]);
      const colours = convertIndexedToRgb({ ...read, palette: read.palette! });
      expect(Buffer.compare(colours, coloursOf(picture))).toBe(0);
      expect(Buffer.compare(await sharp(bytes, { failOn: "warning" }).raw().toBuffer(), colours)).toBe(0);
    }),
    { numRuns: 40, seed: 1 },
  );
});

test("a red pixel, byte for byte as zlib and struct of Python make it", () => {
  const red = { width: 1, height: 1, palette: [[255, 0, 0] as const], indices: Uint8Array.of(0) };
  const header = "0000000d494844520000000100000001080300000028cb34bb";
  const palette = "00000003504c5445ff000019e20937";
  const pixels = "0000000d494441547801010200fdff0000000200017e050dd2";
  expect(Buffer.from(encodePng(red)).toString("hex")).toBe(
    `89504e470d0a1a0a${header}${palette}${pixels}0000000049454e44ae426082`,
  );
});

test("browsers write with the same code", () => {
  expect(browser.encodePng).toBe(encodePng);
});
