/** Each transfer syntax that is read: the pixels of the same radiograph, and the verdict on its picture. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareInput } from "@radlite/model/input";
import { judge, loadVerdictModel, type VerdictModel } from "@radlite/model/verdict";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeDicomHere } from "../../../../model/input/node/dicom-tools.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures/dicom");
const MODEL = join(import.meta.dirname, "../../../../registry/shipped/residual-32-robust-1k/model.rlm");
const read = (name: string) => readFileSync(join(FIXTURES, name));

/** What a coding loses, in levels of the file. */
const LOSSY: Readonly<Record<string, number>> = {
  "jpeg-8.dcm": 6,
  "jpeg-ls-near-8.dcm": 2,
  "jpeg-2000-lossy-12.dcm": 40,
};
const REFUSED = ["jpeg-extended-12.dcm"];
const FILES = readdirSync(FIXTURES).filter((name) => name.endsWith(".dcm") && !REFUSED.includes(name));
const isTwelve = (name: string) => !name.endsWith("-8.dcm");

/** [height, width] of 8 or 12 bits. */
async function shown(bits: 8 | 12): Promise<number[]> {
  const png = sharp(read(`shown-${bits}.png`)).toColourspace(bits === 8 ? "b-w" : "grey16");
  const raw = await png.raw({ depth: bits === 8 ? "uchar" : "ushort" }).toBuffer();
  if (bits === 8) return [...raw];
  return Array.from(new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2), (level) => level >> 4);
}

let pixels: { 8: number[]; 12: number[] };
let model: VerdictModel;
beforeAll(async () => {
  pixels = { 8: await shown(8), 12: await shown(12) };
  model = await loadVerdictModel(readFileSync(MODEL));
});

describe.each(FILES)("%s", (name) => {
  test("holds the pixels that its picture shows", async () => {
    const { width, height, levels, white } = await decodeDicomHere(read(name));

    expect({ width, height }).toEqual({ width: 80, height: 72 });
    const expected = pixels[isTwelve(name) ? 12 : 8];
    const highest = isTwelve(name) ? 4095 : 255;
    const found = Array.from(levels, (level) => Math.round((level * highest) / white));
    const furthest = found.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0);
    expect(furthest).toBeLessThanOrEqual(LOSSY[name] ?? 0);
  });

  test("gets the verdict that its picture gets", async () => {
    const probabilities = await Promise.all(
      [read(name), read(isTwelve(name) ? "shown-12.png" : "shown-8.png")].map(async (bytes) => {
        const { tensor, width, height, kind } = await prepareInput(bytes, model.input);
        expect({ width, height }).toEqual({ width: 80, height: 72 });
        return { kind, probability: (await judge(model, tensor)).probability };
      }),
    );

    expect(probabilities.map(({ kind }) => kind)).toEqual(["dicom", "png"]);
    expect(Math.abs(probabilities[0]!.probability - probabilities[1]!.probability)).toBeLessThan(0.01);
  });
});
