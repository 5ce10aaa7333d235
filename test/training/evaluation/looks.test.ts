import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestImages } from "@radlite/registry/bundle";
import { listRadiographs, loadPixels } from "@radlite/training/data";
import { evaluateLooks, findLooks } from "@radlite/training/evaluation";
import { toInputRecipe } from "@radlite/training/recipes";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";
import { sealMeanGrey } from "./models.ts";

const SIDE = 72;
/** Of each class in the dark look, then in the bright one: a bright picture is mostly ill. */
const COUNTS = [
  { label: "NORMAL", dark: 20, bright: 4 },
  { label: "PNEUMONIA", dark: 4, bright: 20 },
];
const [DARK, BRIGHT] = [60, 190]; // mean grey levels

let folder: TemporaryFolder;
let cacheFolder: string;

/** A ramp about a level, no two alike. */
async function drawPicture(level: number, at: number): Promise<Buffer> {
  const pixels = Uint8Array.from(
    { length: SIDE * SIDE },
    (_, pixel) => level + (pixel % SIDE) - SIDE / 2 + (at % 17),
  );
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
}

beforeAll(async () => {
  folder = await openTemporaryFolder();
  cacheFolder = join(folder.path, "cache");
  let at = 0;
  for (const { label, dark, bright } of COUNTS) {
    mkdirSync(join(folder.path, "data", label), { recursive: true });
    for (let one = 0; one < dark + bright; one++, at++) {
      const name = label === "NORMAL" ? `IM-${1000 + at}-0001.png` : `person${at}_virus_${at}.png`;
      writeFileSync(
        join(folder.path, "data", label, name),
        await drawPicture(one < dark ? DARK : BRIGHT, at),
      );
    }
  }
});
afterAll(() => folder.remove());

it("lends each look by images that are not judged, and shows who reads the look in place of the picture", async () => {
  const data = join(folder.path, "data");
  const { images } = await listRadiographs(data, "train");
  const judged = images.filter(({ file }) => /IM-100[0-2]|IM-102[0-3]|_(24|25|28|29)\./.test(file));
  const input = toInputRecipe({ size: 16, channels: 1, normalise: "fixed" });

  const looks = await findLooks(data, judged, { cacheFolder });
  const pixels = await loadPixels(judged, input, { cacheFolder });
  const [evaluation] = await evaluateLooks([sealMeanGrey()], pixels, looks, { cacheFolder }); // it calls by brightness

  expect(looks.map(({ name }) => name)).toEqual(["look-1", "look-2"]);
  const lenders = looks.flatMap(({ lenders: some }) => some.map(({ sha256 }) => sha256));
  expect(lenders).toHaveLength(10);
  for (const { sha256 } of judged) expect(lenders).not.toContain(sha256);
  const { cases, set, images: digest, changes } = evaluation!;
  expect({ set, digest }).toEqual({ set: "looks", digest: digestImages(pixels.images) });
  expect(cases).toHaveLength(2 * judged.length);
  const called = (change: string) =>
    new Set(cases.filter((one) => one.change === change).map(({ probability }) => probability >= 0.5));
  expect([called("look-1").size, called("look-2").size]).toEqual([1, 1]);
  expect(called("look-1")).not.toEqual(called("look-2")); // nothing but the look decides
  expect((await evaluateLooks([sealMeanGrey()], pixels, looks, { cacheFolder }))[0]!.cases).toEqual(cases);
  const [other] = await evaluateLooks([sealMeanGrey()], pixels, looks.toReversed(), { cacheFolder });
  expect(other!.changes).not.toBe(changes); // another list is never held against this one
});

it("says so where there are too few images to find looks in", async () => {
  const few = join(folder.path, "few");
  for (const { label } of COUNTS) mkdirSync(join(few, label), { recursive: true });
  const { images } = await listRadiographs(join(folder.path, "data"), "train");
  for (const { path, file } of images.slice(0, 12)) cpSync(path, join(few, file));
  await expect(findLooks(few, [], { cacheFolder })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/few has 12 readable training images, too few .* expected 40 and more/),
  });
});
