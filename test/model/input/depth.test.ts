/**
 * One radiograph however its levels lie in the file: the same input of a network, or a refusal that says why not.
 * And what holds nothing to judge.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { prepareInput } from "@radlite/model/input";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";
import { judge, loadVerdictModel } from "@radlite/model/verdict";
import sharp from "sharp";
import { expect, test } from "vitest";
import { encodeChunks, fillLines, type PngHeader, pngChunks } from "../../fuzz/png.ts";

const ROOT = new URL("../../../", import.meta.url);
const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
const jpegModule = WebAssembly.compile(readFileSync(codec));
const prepareHere = prepareWith(createDecoder(() => jpegModule));

const PER_IMAGE: InputRecipe = { width: 64, height: 64, channels: 1, normalise: { kind: "per-image" } };
const FIXED: InputRecipe = {
  ...PER_IMAGE,
  normalise: { kind: "fixed", order: "rgb", mean: [127.5], scale: [1 / 127.5] },
};
const WAYS = [prepareInput, prepareHere];

const levels = (name: string): Promise<Buffer> =>
  sharp(readFileSync(new URL(`test/fixtures/radiographs/${name}`, ROOT)))
    .toColourspace("b-w")
    .raw()
    .toBuffer();
const NORMAL = await levels("IM-0115-0001.jpeg");
const PNEUMONIA = await levels("person1_bacteria_1.jpeg");
const SIDE = 224;

/** A grey PNG of these levels at this depth. */
function png(source: ArrayLike<number>, depth: number, side = SIDE): Uint8Array {
  const header: PngHeader = { width: side, height: side, depth, colour: "grey", interlaced: false };
  const bytes: number[] = [];
  if (depth === 16) for (const level of Array.from(source)) bytes.push(level >> 8, level & 0xff);
  else {
    const perByte = 8 / depth;
    for (let i = 0; i < source.length; i += perByte) {
      let byte = 0;
      for (let k = 0; k < perByte; k++) byte = (byte << depth) | source[i + k]!;
      bytes.push(byte);
    }
  }
  let at = 0;
  return encodeChunks(
    pngChunks(
      header,
      fillLines(header, (_, isFilter) => (isFilter ? 0 : bytes[at++]!)),
      [],
    ),
  );
}
const map = (source: Buffer, change: (level: number) => number) => Array.from(source, change);

/** 8 to 16 bits, as they are, shifted up or spread out, and with an offset. */
const DEPTHS: [string, (level: number) => number][] = [
  ["8 bits, in 16", (level) => level],
  ["8 bits, shifted up by 8", (level) => level << 8],
  ["8 bits, spread over 16", (level) => 257 * level],
  ["10 bits", (level) => Math.round((level * 1023) / 255)],
  ["12 bits", (level) => Math.round((level * 4095) / 255)],
  ["12 bits, shifted up by 4", (level) => Math.round((level * 4095) / 255) << 4],
  ["14 bits", (level) => Math.round((level * 16383) / 255)],
  ["8 bits, 1000 added", (level) => level + 1000],
  ["8 bits at the very top", (level) => level + 65280],
  ["12 bits, as if signed", (level) => Math.round((level * 4095) / 255) + 32768],
];

test.each(DEPTHS)("%s: the verdict and the probability of the 8-bit picture", async (_name, change) => {
  const file = readFileSync(new URL("registry/shipped/residual-64-trimmed-pruned-4k/model.rlm", ROOT));
  const model = await loadVerdictModel(file);
  for (const source of [NORMAL, PNEUMONIA]) {
    const eight = await judge(model, (await prepareInput(png(source, 8), model.input)).tensor);
    for (const prepare of WAYS) {
      const { tensor } = await prepare(png(map(source, change), 16), model.input);
      const sixteen = await judge(model, tensor);
      expect(sixteen.verdict).toBe(eight.verdict);
      expect(Math.abs(sixteen.probability - eight.probability)).toBeLessThan(1e-3);
    }
  }
});

test("levels that lie in more bits than they have are the 8-bit picture to the bit, for fixed means too", async () => {
  for (const recipe of [PER_IMAGE, FIXED]) {
    const eight = await prepareInput(png(NORMAL, 8), recipe);
    for (const change of [(level: number) => level, (level: number) => 257 * level]) {
      for (const prepare of WAYS)
        expect((await prepare(png(map(NORMAL, change), 16), recipe)).tensor).toEqual(eight.tensor);
    }
  }
});

test("fixed means refuse levels whose black and white are not known; 12 bits are read as what they hold", async () => {
  const far = png(
    map(NORMAL, (level) => level + 30000),
    16,
  );
  const twelve = png(
    map(NORMAL, (level) => Math.round((level * 4095) / 255)),
    16,
  );
  const eight = await prepareInput(png(NORMAL, 8), FIXED);
  for (const prepare of WAYS) {
    await expect(prepare(far, FIXED)).rejects.toMatchObject({ code: "BAD_INPUT", reason: "DEPTH_UNCLEAR" });
    const { tensor } = await prepare(twelve, FIXED);
    expect(Math.max(...tensor.map((value, i) => Math.abs(value - eight.tensor[i]!)))).toBeLessThan(1e-3);
  }
});

test("the floor under the deviation is a level of the file: one of 8 bits as ever, 16 bits a 257th of it", async () => {
  // Stripes of 64 levels, one column each, of which a network of 1 x 1 blocks sees means that hardly vary.
  const faint = Array.from({ length: SIDE * SIDE }, (_, i) => 100 + (i % 64));
  const [eight, sixteen] = await Promise.all([
    prepareInput(png(faint, 8), { ...PER_IMAGE, width: 2, height: 2 }),
    prepareInput(
      png(
        faint.map((level) => level + 65000),
        16,
      ),
      { ...PER_IMAGE, width: 2, height: 2 },
    ),
  ]);
  for (const [i, value] of eight.tensor.entries()) expect(sixteen.tensor[i]).toBeCloseTo(value, 2);
});

test.each<[string, ArrayLike<number>, number]>([
  ["black", new Array(SIDE * SIDE).fill(0), 8],
  ["white", new Array(SIDE * SIDE).fill(255), 8],
  ["one grey", new Array(SIDE * SIDE).fill(130), 8],
  ["black in 16 bits", new Array(SIDE * SIDE).fill(0), 16],
  ["one grey in 16 bits", new Array(SIDE * SIDE).fill(40_000), 16],
  ["white in 1 bit", new Array(SIDE * SIDE).fill(1), 1],
  ["one grey of 4 bits", new Array(SIDE * SIDE).fill(7), 4],
  [
    "black with a single white pixel in a row of 224",
    [255, ...new Array(SIDE * SIDE - 1).fill(0)].map((v, i) => (i === 0 ? 200 : v)),
    8,
  ],
  ["half of it one level brighter", Array.from({ length: SIDE * SIDE }, (_, i) => 90 + (i % 2)), 8],
])("nothing varies in a picture that is %s: BLANK", async (_name, source, depth) => {
  for (const prepare of WAYS) {
    await expect(prepare(png(source, depth), PER_IMAGE)).rejects.toMatchObject({
      code: "BAD_INPUT",
      reason: "BLANK",
      status: 400,
    });
  }
});

test.each([1, 2, 4])("%i bits hold too few levels, and say so", async (depth) => {
  const few = png(
    map(NORMAL, (level) => level >> (8 - depth)),
    depth,
  );
  for (const prepare of WAYS) {
    await expect(prepare(few, PER_IMAGE)).rejects.toMatchObject({
      code: "BAD_INPUT",
      reason: "TOO_FEW_LEVELS",
    });
    await expect(prepare(few, PER_IMAGE)).rejects.toThrow(`holds ${2 ** depth} levels of grey; at least 64`);
  }
});

test("64 levels are enough and 63 are not, of 8 bits and of 16", async () => {
  for (const [count, depth] of [
    [64, 8],
    [63, 8],
    [64, 16],
    [63, 16],
  ] as const) {
    const file = png(
      Array.from({ length: SIDE * SIDE }, (_, i) => 40 + (i % count)),
      depth,
    );
    const outcome = prepareInput(file, PER_IMAGE);
    if (count === 64) await expect(outcome).resolves.toMatchObject({ width: SIDE });
    else await expect(outcome).rejects.toMatchObject({ reason: "TOO_FEW_LEVELS" });
  }
});
