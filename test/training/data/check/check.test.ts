import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  checkFolder,
  listOddities,
  listShortcuts,
  tabulateCounts,
  tabulateTraits,
} from "@radlite/training/data-check";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drawRadiograph, openTemporaryFolder, type TemporaryFolder, writeClasses } from "../folders.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data/train", {
    NORMAL: ["IM-0001-0001.jpeg", "IM-0002-0001.jpeg", "IM-0002-0002.jpeg"],
    PNEUMONIA: ["person1_virus_1.jpeg", "person2_virus_2.jpeg", "other.jpeg"],
  });
  await writeClasses(folder, "data/test", {
    NORMAL: ["IM-0001-0001.jpeg"],
    PNEUMONIA: ["person9_virus_1.jpeg"],
  });
});
afterEach(() => folder.remove());

/** From the set's folders on. */
const place = (file: string) => join(folder.path, "data", file);
const copy = async (from: string, to: string) => folder.write(join("data", to), await readFile(place(from)));
const check = async () => (await checkFolder(place(""), { cacheFolder: join(folder.path, "cache") })).check;

test("counts by set and class: images, patients, bytes, and names that say no patient", async () => {
  const { sets } = await check();
  const bytes = async (...files: string[]) =>
    (await Promise.all(files.map((file) => readFile(place(file))))).reduce(
      (sum, { length }) => sum + length,
      0,
    );

  expect(sets.map(({ set }) => set)).toEqual(["train", "test"]);
  expect(sets[0]).toMatchObject({ images: [3, 3], patients: [2, 3], unknownPatients: 1, duplicates: [] });
  expect(sets[0]!.sizeBytes[0]).toBe(
    await bytes(
      "train/NORMAL/IM-0001-0001.jpeg",
      "train/NORMAL/IM-0002-0001.jpeg",
      "train/NORMAL/IM-0002-0002.jpeg",
    ),
  );
  expect(sets[1]).toMatchObject({ images: [1, 1], patients: [1, 1], unknownPatients: 0 });
});

test("the same bytes are found within a set, in two sets and under two labels", async () => {
  await copy("train/NORMAL/IM-0002-0001.jpeg", "train/NORMAL/IM-0003-0001.jpeg");
  await copy("train/PNEUMONIA/person1_virus_1.jpeg", "test/PNEUMONIA/person7_virus_7.jpeg");
  await copy("train/PNEUMONIA/person2_virus_2.jpeg", "train/NORMAL/IM-0004-0001.jpeg");

  const { sets, sharedFiles, disputedFiles } = await check();

  const sorted = (groups: string[][]) => groups.map((group) => group.toSorted()).sort();
  const disputed = ["train/NORMAL/IM-0004-0001.jpeg", "train/PNEUMONIA/person2_virus_2.jpeg"];
  expect(sorted(sets[0]!.duplicates)).toEqual([
    ["train/NORMAL/IM-0002-0001.jpeg", "train/NORMAL/IM-0003-0001.jpeg"],
    disputed,
  ]);
  // The fixtures' first picture of each set is the same one.
  expect(sorted(sharedFiles)).toEqual([
    ["test/NORMAL/IM-0001-0001.jpeg", "train/NORMAL/IM-0001-0001.jpeg"],
    ["test/PNEUMONIA/person7_virus_7.jpeg", "train/PNEUMONIA/person1_virus_1.jpeg"],
  ]);
  expect(sorted(disputedFiles)).toEqual([disputed]);
});

test("a picture stored anew at another size and brightness is found, and only it", async () => {
  const original = await drawRadiograph(96, { width: 300, height: 240, bright: true });
  const anew = await sharp(original).resize(150, 120).linear(0.8, 30).jpeg({ quality: 60 }).toBuffer();
  await folder.write("data/train/PNEUMONIA/person99_virus_1.jpeg", original);
  await folder.write("data/test/NORMAL/IM-0099-0001.jpeg", anew);

  const { lookAlikes } = await check();

  expect(lookAlikes.map(({ files }) => files.toSorted())).toEqual([
    ["test/NORMAL/IM-0099-0001.jpeg", "train/PNEUMONIA/person99_virus_1.jpeg"],
  ]);
  expect(lookAlikes[0]!.correlation).toBeGreaterThan(0.99);
});

test("patients in both sets are named, strangers of the same file name are not", async () => {
  await copy("train/PNEUMONIA/other.jpeg", "test/PNEUMONIA/other.jpeg");
  expect((await check()).patientsInSeveralSets).toEqual(["im-0001"]);
});

test("a file that does not decode is named, and counts nowhere", async () => {
  await folder.write("data/train/NORMAL/torn.jpeg", (await drawRadiograph(9)).subarray(0, 400));
  const { sets } = await check();
  expect(sets[0]!.unreadable).toEqual([
    { file: "train/NORMAL/torn.jpeg", reason: expect.stringMatching(/damaged/) },
  ]);
  expect(sets[0]!.images).toEqual([3, 3]);
});

test("how the classes differ, by hand: brightness tells them apart, the size of the picture does not", async () => {
  const { sets } = await check();
  const { exposure, pixels, aspect } = sets[0]!.traits;
  expect(exposure.auc.value).toBe(1); // PNEUMONIA is drawn brighter
  expect(exposure.classes[0].most).toBeLessThan(exposure.classes[1].least);
  expect(pixels.auc.value).toBe(0.5);
  expect(pixels.classes[0]).toEqual({ least: 4320, lower: 4320, median: 4320, upper: 4320, most: 4320 }); // 72 x 60
  expect(aspect.classes[1].median).toBeCloseTo(1.2, 6);

  const rows = tabulateTraits(sets[0]!);
  expect(rows[1]![3]).toMatch(/^(1|0)\.000 \(/);
  expect(rows.find(([name]) => name === "picture size, pixels")!.slice(1)).toEqual([
    ...["4,320 (4,320 to 4,320)", "4,320 (4,320 to 4,320)", "all the same"],
  ]);
});

test("a trait that ranks the classes is called a shortcut, in words, and what makes it vary", async () => {
  const many = await openTemporaryFolder();
  try {
    const names = (stem: string) => Array.from({ length: 20 }, (_, at) => `${stem}${at}_virus_1.jpeg`);
    await writeClasses(many, "data", { NORMAL: names("person1"), PNEUMONIA: names("person2") });
    const steps: string[] = [];
    const { check: found } = await checkFolder(join(many.path, "data"), {
      cacheFolder: join(many.path, "cache"),
      onProgress: (step, done, total) => steps.push(`${step} ${done} of ${total}`),
    });

    expect(found.sets[0]!.shortcuts).toContain("exposure"); // PNEUMONIA is drawn brighter
    expect(listShortcuts(found)[0]).toBe("A network can score by these without a look at the lungs:");
    expect(listShortcuts(found)).toContain(
      "  the folder: exposure alone ranks the classes at 1.00, more of it in PNEUMONIA; in a recipe augment.gamma can vary it",
    );
    expect(listShortcuts(found).join()).not.toContain("picture size"); // the same in all
    expect(steps.filter((step) => /^(read|decoded) 40 of 40$/.test(step))).toEqual([
      "read 40 of 40",
      "decoded 40 of 40",
    ]);
  } finally {
    await many.remove();
  }
});

test("no trait of a few files is called a shortcut, however they differ", async () => {
  const found = await check();
  expect(found.sets[0]!.traits.exposure.auc.value).toBe(1);
  expect(found.sets[0]!.shortcuts).toEqual([]);
  expect(listShortcuts(found).join()).toMatch(/^Fewer than 20 images of a class do not say/);
});

test("in words: nothing odd is nothing said", async () => {
  const plain = await openTemporaryFolder();
  try {
    await writeClasses(plain, "flat", { NORMAL: ["IM-0001-0001.jpeg"], PNEUMONIA: ["person1_virus_1.jpeg"] });
    const flat = join(plain.path, "flat");
    const { check: found } = await checkFolder(flat, { cacheFolder: join(plain.path, "cache") });
    expect(listOddities(found)).toEqual([]);
    expect(tabulateCounts(found).map((row) => row.slice(0, 4))).toEqual([
      ["set", "class", "images", "patients"],
      ["the folder", "NORMAL", "1", "1"],
      ["the folder", "PNEUMONIA", "1", "1"],
    ]);
  } finally {
    await plain.remove();
  }
});

test("a folder of another layout, and a set without a readable image of a class, are refused in words", async () => {
  await expect(checkFolder(join(folder.path, "absent"))).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/expected the folders NORMAL and PNEUMONIA.*there is no such folder/),
  });
  await folder.write("data/val/NORMAL/torn.jpeg", "no picture");
  await copy("train/PNEUMONIA/other.jpeg", "val/PNEUMONIA/other.jpeg");
  await expect(check()).rejects.toMatchObject({
    message: expect.stringMatching(
      /No readable image of class NORMAL in its part val.*val\/NORMAL\/torn\.jpeg/,
    ),
  });
});
