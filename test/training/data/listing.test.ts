import { createHash } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { listRadiographs } from "@radlite/training/data";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPatient } from "../../../training/data/patient.ts";
import { drawRadiograph, openTemporaryFolder, type TemporaryFolder, writeClasses } from "./folders.ts";

describe("readPatient", () => {
  it.each([
    ["PNEUMONIA/person1199_bacteria_3149.jpeg", "person1199-bacteria"],
    ["PNEUMONIA/person1199_virus_12.jpeg", "person1199-virus"],
    ["NORMAL/IM-0115-0001.jpeg", "im-0115"],
    ["NORMAL/IM-0115-0001-0002.jpeg", "im-0115"],
    ["NORMAL/NORMAL2-IM-1427-0001.jpeg", "normal2-im-1427"],
    ["BACTERIA-1008087-0001.jpeg", "bacteria-1008087"],
    ["NORMAL/scan 12.png", undefined],
    ["person12_bacteria_1/7.png", undefined],
  ])("reads %s as %s", (file, patient) => {
    expect(readPatient(file)).toBe(patient);
  });
});

describe("listRadiographs", () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await openTemporaryFolder();
  });
  afterEach(() => folder.remove());

  const names = { NORMAL: ["IM-0001-0001.jpeg", "IM-0001-0002.jpeg"], PNEUMONIA: ["person1_virus_1.jpeg"] };

  it("lists label, patient and digest, sorted by digest", async () => {
    await writeClasses(folder, "", names);

    const { images, unreadable, unknownPatients } = await listRadiographs(folder.path, "train");

    expect(images.map(({ file, label, patient }) => [file, label, patient]).toSorted()).toEqual([
      ["NORMAL/IM-0001-0001.jpeg", 0, "im-0001"],
      ["NORMAL/IM-0001-0002.jpeg", 0, "im-0001"],
      ["PNEUMONIA/person1_virus_1.jpeg", 1, "person1-virus"],
    ]);
    const first = createHash("sha256")
      .update(await drawRadiograph(0))
      .digest("hex");
    expect(images.find(({ file }) => file.endsWith("0001-0001.jpeg"))!.sha256).toBe(first);
    expect(images.map(({ sha256 }) => sha256)).toEqual(images.map(({ sha256 }) => sha256).toSorted());
    expect({ unreadable, unknownPatients }).toEqual({ unreadable: [], unknownPatients: 0 });
  });

  it("finds the classes in train/ or test/, as asked, and prefers the folder's own", async () => {
    await writeClasses(folder, "train", names);
    await writeClasses(folder, "test", { ...names, NORMAL: ["IM-0009-0001.jpeg"] });

    expect((await listRadiographs(folder.path, "train")).images).toHaveLength(3);
    expect((await listRadiographs(folder.path, "test")).images.map(({ file }) => file).toSorted()).toEqual([
      "test/NORMAL/IM-0009-0001.jpeg",
      "test/PNEUMONIA/person1_virus_1.jpeg",
    ]);
    expect((await listRadiographs(join(folder.path, "test"), "train")).images).toHaveLength(2);
  });

  it("reports exact duplicates, also across the classes, and names without a patient", async () => {
    await writeClasses(folder, "", names);
    await folder.write("PNEUMONIA/copy.jpeg", await drawRadiograph(0));

    const { duplicates, unknownPatients } = await listRadiographs(folder.path, "train");

    expect(duplicates).toEqual([["NORMAL/IM-0001-0001.jpeg", "PNEUMONIA/copy.jpeg"]]);
    expect(unknownPatients).toBe(1);
  });

  it("names what cannot be read, follows links and sub-folders, and skips hidden files", async () => {
    await writeClasses(folder, "", names);
    await folder.write("NORMAL/.DS_Store", "x");
    await folder.write("NORMAL/ward 7/a.png", await drawRadiograph(90, { kind: "png" }));
    await symlink(join(folder.path, "gone.jpeg"), join(folder.path, "PNEUMONIA/link.jpeg"));

    const { images, unreadable } = await listRadiographs(folder.path, "train");

    expect(images.map(({ file }) => file)).toContain("NORMAL/ward 7/a.png");
    expect(images).toHaveLength(4);
    expect(unreadable).toEqual([{ file: "PNEUMONIA/link.jpeg", reason: expect.stringContaining("ENOENT") }]);
  });

  it("says which layout it wants when a folder has another, or is not there", async () => {
    await folder.write("images/a.jpeg", "x");

    await expect(listRadiographs(folder.path, "train")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: `The data folder ${folder.path} has the wrong layout: expected the folders NORMAL and PNEUMONIA in it, or a folder train with these two; it holds neither.`,
    });
    await expect(listRadiographs("/no/such/folder", "test")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining("or a folder test with these two; there is no such folder."),
    });
  });

  it("refuses a folder of which one class is empty, by name", async () => {
    await writeClasses(folder, "", { NORMAL: ["a.jpeg"], PNEUMONIA: [] });
    await folder.write("PNEUMONIA/.keep", "");

    await expect(listRadiographs(folder.path, "train")).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(/No readable image of class PNEUMONIA .*There is none in its folder\.$/),
    });
  });
});
