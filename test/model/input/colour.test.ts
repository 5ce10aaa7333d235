import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";
import sharp from "sharp";
import { expect, test } from "vitest";

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const jpegModule = WebAssembly.compile(readFileSync(codec));
const prepareHere = prepareWith(createDecoder(() => jpegModule));
const RADIOGRAPH = "test/fixtures/radiographs/IM-0115-0001.jpeg";
const RECIPE: InputRecipe = { width: 8, height: 8, channels: 1, normalise: { kind: "per-image" } };

/** In Node and as a browser reads it, which must not differ. */
async function isColourful(file: Uint8Array): Promise<boolean> {
  const [there, here] = await Promise.all(
    [prepareInput, prepareHere].map((prepare) => prepare(file, RECIPE)),
  );
  expect(here!.isColourful).toBe(there!.isColourful);
  return there!.isColourful;
}

/** The radiograph with each grey level g, of 1, in the colour that is made of it. */
async function tint(colour: (grey: number) => readonly number[], quality = 30): Promise<Buffer> {
  const { data, info } = await sharp(RADIOGRAPH)
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const tinted = Uint8Array.from([...data].flatMap((grey) => colour(grey / 255).map((part) => 255 * part)));
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  return sharp(tinted, { raw }).jpeg({ quality }).toBuffer();
}

test.each<[string, (grey: number) => readonly number[]]>([
  ["grey stored as colour", (g) => [g, g, g]],
  ["sepia", (g) => [Math.min(1, 1.35 * g), Math.min(1, 1.2 * g), 0.94 * g]],
  ["a film's blue base", (g) => [0.35 * g, 0.8 * g, Math.min(1, 0.1 + 1.3 * g)]],
  ["a colour table from red through yellow to white", (g) => [Math.sqrt(g), g, g ** 1.8]],
])("a radiograph in %s is none, at the worst that JPEG does to it", async (_name, colour) => {
  expect(await isColourful(await tint(colour))).toBe(false);
});

test("a coloured mark on a radiograph makes no photograph of it", async () => {
  const mark = { create: { width: 40, height: 40, channels: 3 as const, background: "#ff0000" } };
  const marked = sharp(RADIOGRAPH)
    .toColourspace("srgb")
    .composite([{ input: mark, left: 5, top: 5 }]);
  expect(await isColourful(await marked.jpeg().toBuffer())).toBe(false);
});

test("colours that brightness does not say are a photograph's, of whatever depth", async () => {
  const side = 96;
  const pixels = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    pixels.set([60 + x, 60 + y, 200 - x], 3 * i);
  }
  const meadow = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
  expect(await isColourful(await meadow.clone().jpeg({ quality: 30 }).toBuffer())).toBe(true);
  expect(await isColourful(await meadow.clone().toColourspace("rgb16").png().toBuffer())).toBe(true);
  expect(await isColourful(await meadow.clone().ensureAlpha(0.9).png().toBuffer())).toBe(true);
  expect(await isColourful(await meadow.clone().toColourspace("b-w").png().toBuffer())).toBe(false);
});
