/** The sides of a pair are held against each other only where they say something of the same radiographs. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mcnemar } from "@radlite/model/statistics";
import { readBundledEvaluation } from "@radlite/registry/bundle";
import { evaluationsIn, listRuns, pairStarts, tabulatePaired } from "@radlite/training/comparisons";
import { loadPairs } from "@radlite/training/recipes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SIDES = ["mobilenet-96-transfer", "mobilenet-96-scratch"] as const;

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await openTemporaryFolder();
  for (const name of [...SIDES, "images"]) {
    await cp(join(ROOT, "evidence/transfer", name), join(folder.path, name), { recursive: true });
  }
});
afterEach(() => folder.remove());

const pairAll = async () =>
  pairStarts(
    listRuns(await loadPairs([join(ROOT, "training/recipes/pairs/two-cores.yaml")])),
    evaluationsIn(folder.path),
  );

test("a pair is counted radiograph by radiograph", async () => {
  const rights = await Promise.all(
    SIDES.map(async (side) => {
      const { cases, threshold } = (await readBundledEvaluation(join(folder.path, side), "test"))!;
      return cases.map(
        ({ label, probability }) => (probability >= threshold ? "PNEUMONIA" : "NORMAL") === label,
      );
    }),
  );
  const { onlyFirst, onlySecond, pValue } = mcnemar(rights[0]!, rights[1]!);

  const paired = await pairAll();

  expect(paired).toEqual([
    ...[
      {
        pair: "mobilenet-96",
        seed: 1,
        set: "test",
        n: 345,
        transferAlone: onlyFirst,
        scratchAlone: onlySecond,
        pValue,
      },
    ],
  ]);
  expect(onlyFirst + onlySecond).toBeGreaterThan(0);
  expect(tabulatePaired(paired)[1]).toEqual([
    ...["mobilenet-96", "1", "345 of test", String(onlyFirst), String(onlySecond), pValue.toFixed(3)],
  ]);
});

test("a side alone, and sides that were judged on other radiographs, are no pair", async () => {
  const file = join(folder.path, SIDES[0], "test.json");
  const compact = await readFile(file, "utf8");
  await writeFile(file, await readFile(join(folder.path, SIDES[0], "validation.json"), "utf8"));
  await expect(pairAll()).rejects.toMatchObject({ code: "BAD_INPUT" }); // the set's name is not the file's

  await rm(file);
  expect(await pairAll()).toEqual([]); // the one on validation, the other on the test set

  await writeFile(file, compact);
  await rm(join(folder.path, SIDES[1], "version.json"));
  expect(await pairAll()).toEqual([]);
  expect(tabulatePaired([])).toEqual([]);
});
