import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listRadiographs, loadTrainingData, measureProperty } from "@radlite/training/data";
import { parseRecipe } from "@radlite/training/recipes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describePicture } from "../../../training/data/properties.ts";
import { drawRadiograph, openTemporaryFolder, type TemporaryFolder, writeClasses } from "./folders.ts";

describe("describePicture", () => {
  it("gives what is computed by hand for a point on black", () => {
    const picture = new Float32Array(16);
    picture[5] = 16; // of 4x4 pixels, the first of the four inner ones

    const { sharpness, contrast, exposure, stretch } = describePicture(picture, 4);

    expect(exposure).toBe(1); // 16 / 16
    expect(contrast).toBeCloseTo(Math.sqrt(256 / 16 - 1), 12);
    // The Laplacian is 64, -16, -16, 0: mean 8, mean of the squares (4096 + 256 + 256) / 4 = 1152.
    expect(sharpness).toBe(1152 - 64);
    expect(stretch).toBe(1); // 16² to the right, 16² below
  });

  it("finds no edge in a slope, and four times the sharpness at twice the contrast", () => {
    const slope = Float32Array.from({ length: 64 }, (_, at) => 3 * (at % 8) + 2 * Math.floor(at / 8));
    const waves = Float32Array.from({ length: 64 }, (_, at) => Math.round(50 * Math.sin(at * at)));
    const doubled = waves.map((value) => 2 * value);

    expect(describePicture(slope, 8).sharpness).toBe(0);
    expect(describePicture(doubled, 8).sharpness).toBeCloseTo(4 * describePicture(waves, 8).sharpness, 6);
  });
});

describe("stretch", () => {
  it("quadruples when a picture is squashed to half its width, and turns over with it", () => {
    const side = 202; // whole waves over the 200 inner pixels
    const wave = (at: number, count: number) => 20 * Math.sin((2 * Math.PI * count * at) / 200);
    const draw = (across: number, down: number) =>
      Float32Array.from(
        { length: side * side },
        (_, at) => 100 + wave(at % side, across) + wave(Math.floor(at / side), down),
      );

    const plain = describePicture(draw(2, 2), side).stretch;
    const squashed = describePicture(draw(4, 2), side).stretch;
    const turned = describePicture(draw(2, 4), side).stretch;

    expect(plain).toBeCloseTo(1, 5);
    expect(squashed).toBeCloseTo(4, 1);
    expect(turned).toBeCloseTo(1 / squashed, 5);
  });
});

describe("properties of files", () => {
  let folder: TemporaryFolder;
  let cacheFolder: string;
  beforeEach(async () => {
    folder = await openTemporaryFolder();
    cacheFolder = join(folder.path, "cache");
    await writeClasses(folder, "data", {
      NORMAL: ["a.jpeg", "b.jpeg", "c.jpeg"],
      PNEUMONIA: ["d.jpeg", "e.jpeg", "f.jpeg"],
    });
  });
  afterEach(() => folder.remove());

  it("counts the bytes of each file and leaves a torn one open", async () => {
    await folder.write("data/NORMAL/torn.jpeg", (await drawRadiograph(60)).subarray(0, 500));
    const { images } = await listRadiographs(join(folder.path, "data"), "train");

    const values = await measureProperty(images, "bytes", { cacheFolder });

    for (const [at, { path, file }] of images.entries()) {
      const { length } = await readFile(path);
      expect(values[at]).toBe(file === "NORMAL/torn.jpeg" ? undefined : length);
    }
  });

  it("lets a recipe validate on the patients most like the other class", async () => {
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    const values = await measureProperty(images, "exposure", { cacheFolder }); // PNEUMONIA is drawn brighter
    const ranked = images
      .map((image, at) => ({ image, value: values[at]! }))
      .toSorted((a, b) => a.value - b.value);
    const recipe = parseRecipe(
      `name: tiny
description: Judged on the exposure that the other class has.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
validation: { fraction: 0.34, against: exposure }
fit: { epochs: 1, batch: 4 }
`,
      "tiny.yaml",
    );

    const { validation } = await loadTrainingData(join(folder.path, "data"), recipe, { cacheFolder });

    const brightestNormal = ranked.findLast(({ image }) => image.label === 0)!.image;
    const darkestPneumonia = ranked.find(({ image }) => image.label === 1)!.image;
    expect(validation.images.map(({ sha256 }) => sha256)).toEqual(
      expect.arrayContaining([brightestNormal.sha256, darkestPneumonia.sha256]),
    );
  });
});
