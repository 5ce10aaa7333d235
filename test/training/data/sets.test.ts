import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { prepareInput } from "@radlite/model/input";
import { listRadiographs, loadInputs, loadPixels, loadTrainingData } from "@radlite/training/data";
import { parseRecipe, toInputRecipe } from "@radlite/training/recipes";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeBatch } from "../../../training/data/batch.ts";
import { drawRadiograph, openTemporaryFolder, type TemporaryFolder, writeClasses } from "./folders.ts";

const recipe = parseRecipe(
  `name: tiny
description: No augmentation.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
validation: { fraction: 0.34 }
fit: { epochs: 1, batch: 4 }
`,
  "tiny.yaml",
);
const input = toInputRecipe(recipe.input);
const ALL_SIDES = { top: 12, bottom: 12, left: 12, right: 12 };

describe("data sets", () => {
  let folder: TemporaryFolder;
  let cacheFolder: string;
  beforeEach(async () => {
    folder = await openTemporaryFolder();
    cacheFolder = join(folder.path, "cache");
    await writeClasses(folder, "data", {
      NORMAL: ["a.jpeg", "b.jpeg", "c.jpeg"],
      PNEUMONIA: ["d.jpeg", "e.jpeg", "f.jpeg"],
    });
    await folder.write(
      "data/NORMAL/big.png",
      await drawRadiograph(50, { kind: "png", width: 301, height: 173 }),
    );
    await folder.write("data/PNEUMONIA/torn.jpeg", (await drawRadiograph(60)).subarray(0, 500));
    await folder.write("data/PNEUMONIA/notes.txt", "not an image");
  });
  afterEach(() => folder.remove());

  it("gives validation exactly what serving computes, and names what does not decode", async () => {
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    const set = await loadInputs(images, input, { cacheFolder });

    expect(set.unreadable.map(({ file }) => file).toSorted()).toEqual([
      "PNEUMONIA/notes.txt",
      "PNEUMONIA/torn.jpeg",
    ]);
    expect(set.images).toHaveLength(7);
    for (const [at, { path, label }] of set.images.entries()) {
      const { tensor } = await prepareInput(await readFile(path), input);
      expect(set.inputs.subarray(at * 256, (at + 1) * 256)).toEqual(tensor);
      expect(set.labels[at]).toBe(label);
    }
  });

  it("reads DICOM beside JPEG and PNG, as the picture that it shows", async () => {
    const fixtures = join(import.meta.dirname, "../../fixtures/dicom");
    await folder.write("films/NORMAL/a.dcm", await readFile(join(fixtures, "jpeg-ls-12.dcm")));
    await folder.write("films/PNEUMONIA/b.png", await readFile(join(fixtures, "shown-12.png")));
    const { images } = await listRadiographs(join(folder.path, "films"), "train");

    const { inputs, images: read, unreadable } = await loadInputs(images, input, { cacheFolder });

    expect(unreadable).toEqual([]);
    expect(read.map(({ file }) => file).toSorted()).toEqual(["NORMAL/a.dcm", "PNEUMONIA/b.png"]);
    const furthest = inputs
      .subarray(0, 256)
      .reduce((most, value, i) => Math.max(most, Math.abs(value - inputs[256 + i]!)), 0);
    expect(furthest).toBeLessThan(0.01); // deviations
  });

  it("trims borders for training as for serving, and keeps pictures trimmed and not apart", async () => {
    const trimmed = { ...input, trim: true as const };
    const bare = await drawRadiograph(70, { kind: "png", width: 120, height: 120 });
    const framed = await sharp(bare)
      .extend({ ...ALL_SIDES, background: "black" })
      .png()
      .toBuffer();
    await folder.write("framed/NORMAL/a.png", bare);
    await folder.write("framed/PNEUMONIA/a.png", framed);
    const { images } = await listRadiographs(join(folder.path, "framed"), "train");
    const rows = async (one: typeof input) => {
      const { pixels, side, labels } = await loadPixels(images, one, { cacheFolder });
      const rowOf = (label: number) => labels.indexOf(label) * side * side;
      return [0, 1].map((label) => pixels.slice(rowOf(label), rowOf(label) + side * side));
    };

    const [whole, wholeFramed] = await rows(input);
    const [cut, cutFramed] = await rows(trimmed);

    expect(cutFramed).toEqual(cut);
    expect(cut).toEqual(whole);
    expect(wholeFramed).not.toEqual(whole);
    const { inputs } = await loadInputs(images, trimmed, { cacheFolder });
    expect(inputs.subarray(256)).toEqual(inputs.subarray(0, 256));
  });

  it("reads the second time what it decoded the first, the unreadable included, without the files", async () => {
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    const fresh = await loadPixels(images, input, { cacheFolder });
    await rm(join(folder.path, "data"), { recursive: true });
    const progress: number[][] = [];
    const cached = await loadPixels(images, input, {
      cacheFolder,
      onProgress: (...counts) => progress.push(counts),
    });

    expect(cached).toEqual(fresh);
    expect(progress).toEqual([[9, 9]]);
  });

  it("decodes again for another size, other channels and other files", async () => {
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    const countDecoded = async (...[list, wanted]: Parameters<typeof loadInputs>) => {
      let calls = 0;
      await loadInputs(list, wanted, { cacheFolder, onProgress: () => calls++ });
      return calls;
    };

    expect(await countDecoded(images, input)).toBe(9);
    expect(await countDecoded(images, input)).toBe(1);
    expect(await countDecoded(images, { ...input, width: 17 })).toBe(9);
    expect(await countDecoded(images, { ...input, channels: 3 })).toBe(9);
    expect(await countDecoded(images.slice(1), input)).toBe(8);
  });

  it("trains without augmentation on what serving would compute, to a stored pixel's step", async () => {
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    for (const wanted of [input, toInputRecipe({ size: 16, channels: 3, normalise: "fixed" })]) {
      const pixels = await loadPixels(images, wanted, { cacheFolder });
      const { inputs } = await loadInputs(images, wanted, { cacheFolder });
      const batch = makeBatch({ pixels, augment: recipe.augment, batch: 7, seed: 1 }, 0, 0);

      const length = inputs.length / 7;
      for (const [at, row] of batch.rows.entries()) {
        for (let i = 0; i < length; i++) {
          expect(Math.abs(batch.inputs[at * length + i]! - inputs[row * length + i]!)).toBeLessThan(1 / 1000);
        }
      }
    }
  });

  it("loads a folder for a recipe: both sets, and a report of all that is odd", async () => {
    await folder.write("data/NORMAL/copy of a.jpeg", await drawRadiograph(0));
    const progress: number[] = [];
    const { train, validation, report } = await loadTrainingData(join(folder.path, "data"), recipe, {
      cacheFolder,
      onProgress: (done) => progress.push(done),
    });

    expect(train.side).toBe(32);
    expect(report.train[0] + report.validation[0]).toBe(5);
    expect(report.train[1] + report.validation[1]).toBe(3);
    expect(train.labels.length + validation.labels.length).toBe(8);
    expect(report.unreadable.map(({ file }) => file).toSorted()).toEqual([
      "PNEUMONIA/notes.txt",
      "PNEUMONIA/torn.jpeg",
    ]);
    expect(report.duplicates.map((group) => group.toSorted())).toEqual([
      ["NORMAL/a.jpeg", "NORMAL/copy of a.jpeg"],
    ]);
    expect(report.unknownPatients).toBe(10);
    expect(progress).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
  });

  it("refuses a folder that is left without a readable image of a class, by name", async () => {
    for (const name of ["d", "e", "f"]) await folder.write(`data/PNEUMONIA/${name}.jpeg`, `torn ${name}`);

    await expect(loadTrainingData(join(folder.path, "data"), recipe, { cacheFolder })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(
        /No readable image of class PNEUMONIA .*Of PNEUMONIA\/\S+ it is known: the (file is a text file|JPEG file is damaged)/,
      ),
    });
  });

  it("reports files with the same bytes under both labels", async () => {
    await folder.write("data/PNEUMONIA/z.jpeg", await drawRadiograph(0));
    for (const name of ["torn.jpeg", "notes.txt"]) await rm(join(folder.path, "data/PNEUMONIA", name));

    const { report } = await loadTrainingData(join(folder.path, "data"), recipe, { cacheFolder });

    expect(report.disputed.map((group) => group.toSorted())).toEqual([["NORMAL/a.jpeg", "PNEUMONIA/z.jpeg"]]);
  });

  it("stops when asked to, and leaves no half entry behind", async () => {
    const stop = new AbortController();
    const run = loadTrainingData(join(folder.path, "data"), recipe, {
      cacheFolder,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });

    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    const { images } = await listRadiographs(join(folder.path, "data"), "train");
    let calls = 0;
    await loadPixels(images, input, { cacheFolder, onProgress: () => calls++ });
    expect(calls).toBe(9);
  });
});
