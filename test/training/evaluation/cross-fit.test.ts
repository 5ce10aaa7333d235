import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CrossFitCases,
  compareCrossFits,
  encodeCases,
  readCases,
  reportCrossFit,
} from "@radlite/training/evaluation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";

/** Group 0: 40 of each class, all right. Group 1: 20 NORMAL of which 5 are right, 30 PNEUMONIA. Group 2: 19 NORMAL, all wrong. */
function makeCases(): CrossFitCases {
  const parts = [
    ...[...Array(40).fill([0, 0, -1]), ...Array(40).fill([0, 1, 1])],
    ...[...Array(5).fill([1, 0, -1]), ...Array(15).fill([1, 0, 1]), ...Array(30).fill([1, 1, 0])],
    ...[...Array(19).fill([2, 0, 2]), ...Array(50).fill([2, 1, 2])],
  ] as [number, number, number][];
  return {
    recipe: { name: "a", digest: "0".repeat(64) },
    ...{ epochs: 3, seed: 1, folds: 2, images: "1".repeat(64) },
    labels: Uint8Array.from(parts, ([, label]) => label),
    fold: Uint8Array.from(parts, (_, at) => at % 2),
    group: Uint8Array.from(parts, ([group]) => group),
    margins: Float32Array.from(parts, ([, , margin]) => margin),
  };
}

describe("reportCrossFit", () => {
  it("counts PNEUMONIA from a margin of 0 on, in all and by group, the worst large enough group first", () => {
    const { all, groups, worst, meanBalanced } = reportCrossFit(makeCases());
    expect(all.images).toEqual([79, 120]);
    expect(all.sensitivity!.value).toBe(1);
    expect(all.specificity!.value).toBeCloseTo(45 / 79, 12);
    expect(all.accuracy.value).toBeCloseTo(165 / 199, 12);
    expect(groups.map(({ group }) => group)).toEqual([2, 1, 3]);
    expect(worst).toMatchObject({ group: 2, images: [20, 30], balanced: (1 + 5 / 20) / 2 });
    expect(meanBalanced).toBeCloseTo((1 + (1 + 5 / 20) / 2) / 2, 12);
    expect(groups[2]).toMatchObject({ images: [19, 50] });
    expect(groups[2]!.balanced).toBeUndefined(); // one NORMAL too few
  });
});

describe("compareCrossFits", () => {
  it("counts the images that one of the two alone has right", () => {
    const [first, second] = [makeCases(), makeCases()];
    second.margins.fill(-1, 90, 95); // five of the fifteen that were wrong
    second.margins[200 - 2] = -1; // and one that was right
    expect(compareCrossFits(first, second)).toMatchObject({ onlyFirst: 1, onlySecond: 5 });
    expect(() => compareCrossFits(first, { ...second, images: "2".repeat(64) })).toThrow(
      /not of the same images/,
    );
  });
});

describe("the case file", () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await openTemporaryFolder();
  });
  afterAll(() => folder.remove());

  it("gives back what was written", async () => {
    const path = await folder.write("cases.json", encodeCases(makeCases()));
    expect(await readCases(path)).toEqual(makeCases());
  });

  it("is refused by its name where it is missing, another file, short of a case, or damaged", async () => {
    const path = join(folder.path, "other.json");
    await expect(readCases(path)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const written = encodeCases(makeCases());
    const damaged = [
      written.replace('"labels": "0', '"labels": "'),
      written.replace('"labels": "0', '"labels": "!'),
      written.replace('"labels": "0', '"labels": "2'),
      written.replace('"fold": "0', '"fold": "9'),
      written.replace('"group": "0', '"group": "-'),
      written.replace('"epochs": 3', '"epochs": "many"'),
      encodeCases({ ...makeCases(), margins: makeCases().margins.fill(Number.NaN, 0, 1) }),
    ];
    for (const text of ["[]", "{", "null", ...damaged]) {
      await writeFile(path, text);
      await expect(readCases(path)).rejects.toThrow(/other.json holds no cases of a cross-fitted judging/);
    }
  });
});
