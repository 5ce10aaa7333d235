import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  clearBundle,
  findFacts,
  findForeignEntry,
  PARENT_FOLDER,
  readBundle,
  writeBundle,
} from "@radlite/registry/bundle";
import { beforeEach, expect, test } from "vitest";
import { makeSample, toBundle } from "../commands/sample.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-bundle-"));
  return () => rm(folder, { recursive: true, force: true });
});

const SETS = ["validation", "test"] as const;

test("what is written is read again, to the bit, and every file of it is one of a bundle's", async () => {
  const bundle = toBundle(makeSample({ seed: 1, sets: SETS }));

  await writeBundle(folder, bundle);

  const read = await readBundle(folder);
  expect({ ...read, bytes: Uint8Array.from(read.bytes) }).toEqual({
    ...bundle,
    bytes: Uint8Array.from(bundle.bytes),
  });
  expect(await findForeignEntry(folder)).toBeUndefined();
});

test("cleared, a folder is no bundle, and nothing of an older one is taken for the next one's", async () => {
  const first = toBundle(makeSample({ seed: 1, sets: SETS }));
  await writeBundle(folder, first);
  await writeBundle(join(folder, PARENT_FOLDER), first);
  await writeFile(join(folder, "notes.txt"), "kept");

  await clearBundle(folder);

  expect(await findFacts(folder)).toBeUndefined();
  const next = toBundle(makeSample({ seed: 2, sets: ["validation"] }));
  await writeBundle(folder, next);
  expect((await readBundle(folder)).evaluations).toEqual(next.evaluations);
  expect((await readdir(folder)).sort()).toEqual([
    "model.rlm",
    "notes.txt",
    "recipe.yaml",
    "validation.json",
    "version.json",
  ]);
});

test("damaged facts are an error that names the file; none are none", async () => {
  expect(await findFacts(folder)).toBeUndefined();
  await writeFile(join(folder, "version.json"), "{");
  await expect(findFacts(folder)).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("version.json"),
  });
});
