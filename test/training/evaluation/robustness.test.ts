/** The changes of radlite robustness: made at full size, and read as the file that somebody would have saved. */
import { readFileSync } from "node:fs";
import { decodeRadiograph, prepareInput, preparePicture } from "@radlite/model/input";
import { digestOf, reportRobustness, unpackFloats } from "@radlite/registry/bundle";
import type { Radiograph } from "@radlite/training/data";
import { measureRobustness, ROBUSTNESS_CHANGES } from "@radlite/training/evaluation";
import { toInputRecipe } from "@radlite/training/recipes";
import sharp from "sharp";
import { expect, test } from "vitest";
import { type ByteRaster, roundLevels } from "../../../training/evaluation/robustness/changes.ts";
import { sealMeanGrey } from "./models.ts";

const FOLDER = new URL("../../fixtures/radiographs/", import.meta.url);
const input = toInputRecipe({ size: 64, channels: 1, normalise: "fixed" });

/** Grey levels that rise from 20 at the left to 220 at the right, 201 columns of 120 rows. */
const RAMP: ByteRaster = {
  ...{ width: 201, height: 120, channels: 1 },
  pixels: Uint8Array.from({ length: 201 * 120 }, (_, at) => 20 + (at % 201)),
};

async function change(name: string, picture = RAMP): Promise<ByteRaster> {
  const changed = await ROBUSTNESS_CHANGES[name]!(picture);
  return changed instanceof Uint8Array ? roundLevels(await decodeRadiograph(changed)) : changed;
}

const rowOf = ({ width, pixels }: ByteRaster, y: number) => [...pixels.subarray(y * width, (y + 1) * width)];

test.each([
  ["black-border-1", 0, 205, 122],
  ["black-border-10", 0, 251, 150],
  ["white-border-5", 255, 223, 134],
])("%s: bars beside the picture, which stays whole", async (name, level, width, height) => {
  const bordered = await change(name);
  expect(bordered).toMatchObject({ width, height });
  expect(new Set(rowOf(bordered, 0))).toEqual(new Set([level]));
  const across = (width - 201) / 2;
  const middle = rowOf(bordered, height / 2);
  expect(middle.slice(across, -across)).toEqual(rowOf(RAMP, 60));
  expect(new Set([...middle.slice(0, across), ...middle.slice(-across)])).toEqual(new Set([level]));
  // what is asked for is a share of the bordered picture
  expect(across / width).toBeCloseTo(Number(name.split("-")[2]) / 100, 2);
});

test("crop, brightness, gamma and contrast by their formulas", async () => {
  expect(rowOf(await change("crop-10"), 0)).toEqual(rowOf(RAMP, 0).slice(20, -20));
  const row = rowOf(RAMP, 0);
  for (const [x, level] of rowOf(await change("brighter-30"), 7).entries()) {
    expect(Math.abs(level - Math.min(255, row[x]! * 1.3))).toBeLessThanOrEqual(0.501);
  }
  const gamma = rowOf(await change("gamma-0-7"), 7);
  for (const [x, level] of gamma.entries()) {
    expect(Math.abs(level - 255 * (row[x]! / 255) ** 0.7)).toBeLessThanOrEqual(0.51);
  }
  const flat = rowOf(await change("contrast-minus-30"), 7); // about the mean, 120
  expect([flat[0], flat[100], flat[200]]).toEqual([50, 120, 190]);
  const steep = rowOf(await change("contrast-plus-30"), 7);
  expect([steep[0], steep[100], steep[200]]).toEqual([0, 120, 250]);
});

test("a turn moves the edges by the tangent of its angle, and the other way round for the other", async () => {
  const [left, right] = [await change("turned-left-5"), await change("turned-right-5")];
  expect(left).toMatchObject({ width: 201, height: 120 });
  const shift = Math.tan((5 * Math.PI) / 180) * 59.5; // of a column of the ramp, at the upper edge
  expect(rowOf(left, 0)[100]! - 120).toBeCloseTo(shift, 0);
  expect(rowOf(right, 0)[100]! - 120).toBeCloseTo(-shift, 0);
});

test("smaller: the longer side as asked, the other in proportion, and never larger", async () => {
  expect(await change("down-to-128")).toMatchObject({ width: 128, height: 76 });
  expect(await change("down-to-512")).toEqual(RAMP);
});

test("16 bits change no level, JPEG at 30 does, by little", async () => {
  expect((await change("png-16-bit")).pixels).toEqual(RAMP.pixels);
  const { pixels } = await change("jpeg-q30");
  expect(pixels).not.toEqual(RAMP.pixels);
  for (const [at, level] of pixels.entries()) expect(Math.abs(level - RAMP.pixels[at]!)).toBeLessThan(20);
});

test.each(["brighter-30", "black-border-2", "size-x-0-8"])(
  "%s in memory is the input that its PNG gives",
  async (name) => {
    const picture = roundLevels(await decodeRadiograph(readFileSync(new URL("IM-0115-0001.jpeg", FOLDER))));
    const { width, height, channels, pixels } = await change(name, picture);
    const raw = { width, height, channels };
    const png = await sharp(pixels, { raw })
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .png()
      .toBuffer();
    for (const recipe of [input, { ...input, trim: true as const }]) {
      expect(preparePicture({ ...raw, pixels }, recipe)).toEqual((await prepareInput(png, recipe)).tensor);
    }
  },
);

test("a model that reads brightness flips where it is changed, and nothing flips in another file", async () => {
  const files = ["IM-0115-0001.jpeg", "NORMAL2-IM-0383-0001.jpeg", "person1_bacteria_1.jpeg"];
  const images = files.map((file): Radiograph => {
    const path = new URL(file, FOLDER).pathname;
    const label = file.startsWith("person") ? 1 : 0;
    return { path, file, label, patient: file, sha256: digestOf(readFileSync(path)) };
  });
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);

  const { robustness, unreadable } = await measureRobustness(sealMeanGrey(), images, { onProgress });
  const again = await measureRobustness(sealMeanGrey(), images);
  const report = reportRobustness(robustness);
  const of = (name: string) => report.changes.find((one) => one.change === name)!;

  expect({ seen, unreadable }).toEqual({ seen: [1, 2, 3], unreadable: [] });
  expect(again.robustness).toEqual(robustness);
  expect(report.changes.map((one) => one.change)).toEqual(Object.keys(ROBUSTNESS_CHANGES));
  for (const { name, probabilities } of robustness.changes) {
    const means = unpackFloats(probabilities);
    expect(
      means.every((value) => value >= 0 && value <= 1),
      name,
    ).toBe(true);
  }
  const untouched = robustness.cases.map(({ probability }) => probability);
  expect(unpackFloats(robustness.changes.find(({ name }) => name === "png-16-bit")!.probabilities)).toEqual(
    untouched.map(Math.fround),
  );
  const whiter = unpackFloats(
    robustness.changes.find(({ name }) => name === "white-border-10")!.probabilities,
  );
  for (const [at, value] of whiter.entries()) expect(value).toBeGreaterThan(untouched[at]!);
  expect(of("white-border-10").toNormal).toBe(0);
});
