import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { decodeRadiograph, encodePng } from "@radlite/model/input";
import { changePicture, createDecoder, type PictureChange, toRadiograph } from "@radlite/model/input/browser";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";

const FIXTURES = join(import.meta.dirname, "../../../fixtures");
const read = (path: string) => readFileSync(join(FIXTURES, path));
const FILES = [
  ...["radiographs/IM-0115-0001.jpeg", "images/orientation-6.jpeg", "images/grey.jpeg"],
  ...["images/rgb-8.png", "images/grey-16.png", "images/rgb-16.png", "images/palette.png"],
];
const WITH_ALPHA = ["images/rgba-8.png", "images/grey-alpha-16.png"];

const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const module = WebAssembly.compile(readFileSync(codec));
const decodeLevels = createDecoder(() => module);
const decode = async (bytes: Uint8Array) => toRadiograph(await decodeLevels(bytes));
const change = (bytes: Uint8Array, how: PictureChange) => changePicture(decodeLevels, bytes, how);

const UNDONE: [PictureChange, PictureChange][] = [
  ["inverted", "inverted"],
  ["turned-left", "turned-right"],
  ["turned-right", "turned-left"],
  ["half-turned", "half-turned"],
  ["flipped", "flipped"],
];

describe.each(UNDONE)("%s", (how, undo) => {
  test.each([...FILES, ...(how === "inverted" ? [] : WITH_ALPHA)])(
    "%s: undone, it is the same picture to the bit",
    async (file) => {
      const bytes = read(file);

      const changed = await change(bytes, how);
      const again = await decode(await change(changed, undo));

      const { pixels, ...original } = await decode(bytes);
      const { pixels: pixelsAgain, channels, ...rest } = again;
      const step = original.channels / channels; // three where those of a grey picture became one
      expect({ ...rest, channels: original.channels }).toEqual({ ...original, kind: "png" });
      const kept = pixels.filter((_, at) => at % step === 0);
      expect(Buffer.from(pixelsAgain.buffer).equals(Buffer.from(kept.buffer))).toBe(true);
    },
  );
});

test.each<[PictureChange, (picture: Sharp) => Sharp]>([
  ["inverted", (picture) => picture.negate({ alpha: false })],
  ["turned-left", (picture) => picture.rotate(270)],
  ["turned-right", (picture) => picture.rotate(90)],
  ["half-turned", (picture) => picture.rotate(180)],
  ["flipped", (picture) => picture.flip()],
])("%s is what sharp makes of it, read by either decoder", async (how, make) => {
  const bytes = read("images/rgb-8.png");

  const changed = await change(bytes, how);

  const theirs = await decodeRadiograph(await make(sharp(bytes)).png().toBuffer());
  expect(await decode(changed)).toEqual(theirs);
  expect(await decodeRadiograph(changed)).toEqual(theirs);
});

test("a grey picture that is stored in three channels takes one, and is packed", async () => {
  const grey = read("radiographs/IM-0115-0001.jpeg");
  const colour = await sharp(grey).toColourspace("srgb").png().toBuffer();

  const changed = await change(colour, "half-turned");

  const { channels, width, height } = await decode(changed);
  expect(channels).toBe(1);
  expect(changed.length).toBeLessThan(width * height);
});

test("what cannot be changed without another picture coming of it is refused", async () => {
  const refusal = (words: RegExp) => ({
    ...{ code: "BAD_INPUT", reason: "NOT_CHANGEABLE" },
    message: expect.stringMatching(words),
  });
  await expect(change(read("images/rgba-8.png"), "inverted")).rejects.toMatchObject(refusal(/transparent/));
  await expect(change(read("dicom/explicit-8.dcm"), "turned-left")).rejects.toMatchObject(refusal(/DICOM/));
  const bright = Uint16Array.from({ length: 64 * 64 }, (_, at) => 3000 + (at % 1000)); // of 4095
  const deep = await sharp(bright, { raw: { width: 64, height: 64, channels: 1 } })
    .toColourspace("grey16")
    .png()
    .toBuffer();
  await expect(change(deep, "inverted")).rejects.toMatchObject(refusal(/few of its levels/));
});

test("what is no picture is refused as ever", async () => {
  const tiny = encodePng({ width: 2, height: 2, palette: [[0, 0, 0]], indices: new Uint8Array(4) });
  await expect(change(tiny, "flipped")).rejects.toMatchObject({ reason: "TOO_SMALL" });
  await expect(change(new TextEncoder().encode("text"), "flipped")).rejects.toMatchObject({
    reason: "NOT_AN_IMAGE",
  });
});
