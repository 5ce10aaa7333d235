/**
 * An explanation is the same to the byte in Node and with the decoders of a browser, and speaks of the picture that was
 * sent, whatever trimming took from it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { encodePng, type PreparedInput, prepareInput } from "@radlite/model/input";
import * as browser from "@radlite/model/input/browser";
import { explain, judgeWithMap, LONGEST_SIDE, loadVerdictModel } from "@radlite/model/verdict";
import sharp from "sharp";
import { expect, test } from "vitest";

const { resolve } = createRequire(import.meta.url);
const CODECS = {
  mozjpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  charls: "@cornerstonejs/codec-charls/decodewasm",
  openjpeg: "@cornerstonejs/codec-openjpeg/decodewasm",
};
const prepareInBrowser = browser.prepareWith(
  browser.createDecoder((codec) => WebAssembly.compile(readFileSync(resolve(CODECS[codec])))),
);

const model = await loadVerdictModel(
  readFileSync("registry/shipped/residual-64-trimmed-pruned-4k/model.rlm"),
);
const trimming = { ...model, input: { ...model.input, trim: true as const } };
const small = readFileSync("test/fixtures/radiographs/person1_bacteria_1.jpeg");
const large = await sharp(small).resize(1000, 700, { fit: "fill" }).jpeg().toBuffer();

async function explainPrepared({ view, ...prepared }: PreparedInput) {
  const { map } = await judgeWithMap(model, prepared.tensor);
  const { overlay, box } = explain(model, map, { ...prepared, view: view! });
  return { png: encodePng(overlay), box };
}

const prepare = (bytes: Uint8Array, recipe = model.input) =>
  prepareInput(bytes, recipe, undefined, LONGEST_SIDE);

test.each([
  ["a thumbnail", small, 224, 224],
  ["a large JPEG", large, 320, 224],
  ["a DICOM film", readFileSync("test/fixtures/dicom/jpeg-2000-12.dcm"), 80, 72],
])("%s", async (_name, bytes, width, height) => {
  const here = await explainPrepared(await prepare(bytes));
  const there = await explainPrepared(await prepareInBrowser(bytes, model.input, undefined, LONGEST_SIDE));
  expect(Buffer.compare(here.png, there.png)).toBe(0);
  expect(here.box).toEqual(there.box);
  expect(await sharp(here.png).metadata()).toMatchObject({ width, height });
});

test("nobody gets a view who asks for none", async () => {
  expect(await prepareInput(small, model.input)).not.toHaveProperty("view");
});

test("in a black frame the box moves with the radiograph, and the frame has no colour", async () => {
  const frame = { left: 50, top: 30, right: 10, bottom: 20 };
  const framed = await sharp(small)
    .extend({ ...frame, background: "black" })
    .png()
    .toBuffer();
  const alone = await explainPrepared(await prepare(small, trimming.input));
  const inFrame = await explainPrepared(await prepare(framed, trimming.input));
  const { x, y, width, height } = alone.box;
  expect(inFrame.box).toEqual({ x: x + 50, y: y + 30, width, height });
  const { data, info } = await sharp(inFrame.png).raw().toBuffer({ resolveWithObject: true });
  let coloured = 0;
  for (let at = 0; at < info.width * info.height; at++) {
    const isColoured = data[at * info.channels] !== data[at * info.channels + 2];
    const [column, row] = [at % info.width, Math.floor(at / info.width)];
    const isInside = column >= 50 && column < 274 && row >= 30 && row < 254;
    if (isColoured) coloured += isInside ? 1 : Number.NEGATIVE_INFINITY;
  }
  expect(coloured).toBeGreaterThan(5000);
});
