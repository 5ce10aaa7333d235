import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { decodeRadiograph } from "@radlite/model/input";
import { createDecoder, toRadiograph } from "@radlite/model/input/browser";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { emptyPng } from "../empty-png.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures");
const RADIOGRAPHS = list("radiographs", /\.jpeg$/);
const IMAGES = list("images", /\.(jpeg|png)$/);
const REFUSED = ["arithmetic.jpeg", "cmyk.jpeg", "pixel-1x1.png", "huge-30000x30000.png"];

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const module = WebAssembly.compile(readFileSync(codec));
const decodeLevels = createDecoder(() => module);
const decode = async (bytes: Uint8Array) => toRadiograph(await decodeLevels(bytes));

function list(folder: string, name: RegExp): [string, Buffer][] {
  return readdirSync(join(FIXTURES, folder))
    .filter((file) => name.test(file))
    .map((file) => [file, readFileSync(join(FIXTURES, folder, file))]);
}
const image = (name: string) => IMAGES.find(([file]) => file === name)![1];

describe("the pixels of sharp's decoder, to the bit", () => {
  test.each([...RADIOGRAPHS, ...IMAGES.filter(([file]) => !REFUSED.includes(file))])(
    "%s",
    async (_file, bytes) => {
      expect(await decode(bytes)).toEqual(await decodeRadiograph(bytes));
    },
  );

  const size = { width: fc.integer({ min: 32, max: 90 }), height: fc.integer({ min: 32, max: 90 }) };
  const seed = fc.integer({ min: 1, max: 1e6 });

  test("any JPEG: grey or colour, any quality and subsampling, progressive or not", async () => {
    const file = fc.record({
      ...size,
      seed,
      isGrey: fc.boolean(),
      quality: fc.integer({ min: 5, max: 100 }),
      chromaSubsampling: fc.constantFrom("4:2:0", "4:4:4"),
      progressive: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ isGrey, ...options }) => {
        const bytes = await draw(options)
          .toColourspace(isGrey ? "b-w" : "srgb")
          .jpeg(options)
          .toBuffer();
        expect(await decode(bytes)).toEqual(await decodeRadiograph(bytes));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("any PNG: grey, colour or palette, 1 to 16 bits, with alpha, whole bytes interlaced too", async () => {
    const file = fc.record({
      ...size,
      seed,
      space: fc.constantFrom("b-w", "srgb", "grey16", "rgb16"),
      alpha: fc.constantFrom(undefined, 0, 0.3, 1),
      palette: fc.boolean(),
      colours: fc.constantFrom(2, 4, 16, 200),
      progressive: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ space, alpha, palette, colours, ...options }) => {
        const whole = draw(options);
        const picture = alpha === undefined ? whole : whole.ensureAlpha(alpha);
        const bytes = await picture
          .toColourspace(space)
          .png({ ...(palette ? { palette, colours } : {}), progressive: options.progressive })
          .toBuffer();
        const depth = bytes[24]!;
        if (options.progressive && depth < 8)
          await expect(decode(bytes)).rejects.toMatchObject({ reason: "NEEDS_SERVER" });
        else expect(await decode(bytes)).toEqual(await decodeRadiograph(bytes));
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

/** Waves under noise, so that every coefficient of a block is used. */
function draw({ width, height, seed }: { width: number; height: number; seed: number }): Sharp {
  let state = seed;
  const pixels = Array.from({ length: width * height * 3 }, (_, i) => {
    state = (state * 16_807) % 2_147_483_647;
    return 104 + 80 * Math.sin(i / (seed % 97)) + (state % 48);
  });
  return sharp(Buffer.from(pixels), { raw: { width, height, channels: 3 } });
}

const jpeg = RADIOGRAPHS[0]![1];

test.each([
  ["text", Buffer.from("hello, not an image")],
  ["an empty body", Buffer.alloc(0)],
  ["a GIF", Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1")],
  ["the signature of a JPEG", jpeg.subarray(0, 3)],
  ["the signature of a PNG", image("rgb-8.png").subarray(0, 8)],
  ["a JPEG cut in half", jpeg.subarray(0, jpeg.length / 2)],
  ["a JPEG short of its last 20 bytes", jpeg.subarray(0, -20)],
  ["a PNG cut in half", image("rgb-8.png").subarray(0, 1200)],
  ["1 x 1 pixel", image("pixel-1x1.png")],
  ["30,000 x 30,000", image("huge-30000x30000.png")],
  ["a palette picture without its palette", withoutChunk(image("palette.png"), "PLTE")],
  ["a PNG whose check sum is of other pixels", withPixels(withOtherSum)],
  ["a PNG short of its last pixels", withPixels((_, lines) => deflateSync(lines.subarray(0, -40)))],
  ["a PNG whose pixels are not packed", withPixels((_, lines) => lines)],
  ["a PNG with a chunk between its pixels", splitPixels(image("grey-8.png"))],
  ["a PNG with a chunk that must be understood", withChunk(image("grey-8.png"), "RADL", Buffer.from("?"))],
  [
    "a PNG whose transparency is damaged",
    damageChunk(withChunk(image("rgb-8.png"), "tRNS", Buffer.alloc(6)), "tRNS"),
  ],
  ["25 million pixels of 16-bit colour", emptyPng(5000, 5000, 16, 2)],
  ["25 million pixels of 16-bit colour with alpha", emptyPng(5000, 5000, 16, 6)],
])("%s is refused for the reason that Node gives", async (_name, bytes) => {
  const refusal = (error: { code: string; reason: string; status: number }) => ({
    code: error.code,
    reason: error.reason,
    status: error.status,
  });

  const here = await decode(bytes).catch(refusal);

  expect(here).toMatchObject({ code: "BAD_INPUT" });
  expect(here).toEqual(await decodeRadiograph(bytes).catch(refusal));
});

test("a broken file does not spoil the next one, nor one that is read beside it", async () => {
  const outcomes = await Promise.allSettled(
    [jpeg.subarray(0, -20), jpeg, jpeg.subarray(0, 400), jpeg].map((bytes) => decode(bytes)),
  );

  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
  expect(await decode(jpeg)).toEqual(await decodeRadiograph(jpeg));
});

test("every bit flip in a PNG is noticed", async () => {
  const whole = image("grey-8.png");
  const { pixels } = await decode(whole);
  for (let i = 8; i < whole.length - 12; i += 11) {
    const damaged = Buffer.from(whole);
    damaged[i]! ^= 0x10;
    const outcome = await decode(damaged).then(
      (decoded) => decoded.pixels,
      ({ reason }) => reason,
    );
    if (!["NOT_AN_IMAGE", "TOO_LARGE", "TOO_SMALL"].includes(outcome as string))
      expect(outcome).toEqual(pixels);
  }
});

test("a second header is refused: it would be believed, and only the first is held against the limits", async () => {
  const whole = image("grey-8.png");
  const content = Buffer.from(whole.subarray(16, 29));
  content.writeUInt32BE(9000, 0); // width
  const doubled = withChunk(whole, "IHDR", content);

  await expect(decode(doubled)).rejects.toMatchObject({ reason: "NOT_AN_IMAGE" });
  await expect(decodeRadiograph(doubled)).rejects.toMatchObject({ reason: "NOT_AN_IMAGE" });
});

test.each(["grey-8.png", "grey-alpha-8.png", "grey-16.png", "grey-alpha-16.png"])(
  "%s stays grey behind a palette, which a grey picture must not have",
  async (file) => {
    const bytes = withChunk(
      image(file),
      "PLTE",
      Buffer.from(Array.from({ length: 768 }, (_, i) => (7 * i) % 256)),
    );

    const decoded = await decode(bytes);

    expect(decoded).toEqual(await decodeRadiograph(bytes));
    expect(decoded).toEqual(await decodeRadiograph(image(file)));
  },
);

describe("what would not come out as in Node is left to the server", () => {
  const colourful = sharp(image("rgb-8.png"));
  const transparentBlack = Buffer.from([0, 0, 0, 0, 0, 0]);
  test.each<[string, () => Promise<Buffer>]>([
    ["a CMYK JPEG", async () => image("cmyk.jpeg")],
    ["a JPEG that is coded arithmetically", async () => image("arithmetic.jpeg")],
    [
      "a JPEG with bytes between its picture and its end",
      async () => Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(16, 7), jpeg.subarray(-2)]),
    ],
    [
      "a PNG with bytes behind its pixels",
      async () => withPixels((packed) => Buffer.concat([packed, Buffer.alloc(9)])),
    ],
    [
      "a PNG with more pixels than its size",
      async () => withPixels((_, lines) => deflateSync(Buffer.concat([lines, lines]))),
    ],
    ["a PNG that EXIF turns", () => colourful.clone().withMetadata({ orientation: 6 }).png().toBuffer()],
    ["a PNG with a colour key", async () => withChunk(image("rgb-8.png"), "tRNS", transparentBlack)],
  ])("%s", async (_name, make) => {
    const bytes = await make();

    await expect(decode(bytes)).rejects.toMatchObject({ code: "BAD_INPUT", reason: "NEEDS_SERVER" });
    await expect(decodeRadiograph(bytes)).resolves.toMatchObject({ width: expect.any(Number) });
  });
});

/** grey-8.png with its IDAT made anew, of the packed and of the unpacked bytes. */
function withPixels(change: (packed: Buffer, lines: Buffer) => Buffer): Buffer {
  const whole = image("grey-8.png");
  const start = whole.indexOf("IDAT", 0, "latin1") - 4;
  const packed = whole.subarray(start + 8, start + 8 + whole.readUInt32BE(start));
  return withChunk(withoutChunk(whole, "IDAT"), "IDAT", change(packed, inflateSync(packed)));
}

/** The stream with another Adler-32 behind it. */
function withOtherSum(packed: Buffer): Buffer {
  const other = Buffer.from(packed);
  other[other.length - 1]! ^= 1;
  return other;
}

/** Its pixels in two chunks, and a text between them. */
function splitPixels(png: Buffer): Buffer {
  const start = png.indexOf("IDAT", 0, "latin1") - 4;
  const packed = png.subarray(start + 8, start + 8 + png.readUInt32BE(start));
  const rest = withoutChunk(png, "IDAT");
  return [
    ["IDAT", packed.subarray(100)] as const,
    ["tEXt", Buffer.from("Title\0none")] as const,
    ["IDAT", packed.subarray(0, 100)] as const,
  ].reduce((file, [type, data]) => withChunk(file, type, data), rest);
}

/** The PNG file with one bit of this chunk's content turned, its check sum as it was. */
function damageChunk(png: Buffer, type: string): Buffer {
  const damaged = Buffer.from(png);
  damaged[damaged.indexOf(type, 0, "latin1") + 4]! ^= 1;
  return damaged;
}

/** The PNG file without the first chunk of this type. */
function withoutChunk(png: Buffer, type: string): Buffer {
  const start = png.indexOf(type, 0, "latin1") - 4;
  return Buffer.concat([png.subarray(0, start), png.subarray(start + 12 + png.readUInt32BE(start))]);
}

/** The PNG file with one more chunk, behind its header. */
function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  const header = png.subarray(0, 33);
  return Buffer.concat([header, frame.subarray(0, 4), body, frame.subarray(4), png.subarray(33)]);
}
