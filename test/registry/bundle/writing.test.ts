import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
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

test("any number of sets lie in a bundle; other JSON beside them is nobody's evaluation and is never taken away", async () => {
  const sets = ["nih-adult", "test", "validation", "a-clinic"];
  const bundle = toBundle(makeSample({ seed: 1, sets }));
  await writeBundle(folder, bundle);
  await writeFile(join(folder, "notes.json"), '{"author":"ada"}');

  const read = await readBundle(folder);
  const foreign = await findForeignEntry(folder);
  await clearBundle(folder);

  expect(read.evaluations.map(({ set }) => set)).toEqual(["validation", "test", "a-clinic", "nih-adult"]);
  expect(foreign).toBe("notes.json");
  expect((await readdir(folder)).sort()).toEqual(["model.rlm", "notes.json", "recipe.yaml"]);
});

test("an evaluation under another set's name, or a damaged one, is an error that names its file", async () => {
  await writeBundle(folder, toBundle(makeSample({ seed: 1, sets: ["validation", "a-clinic"] })));
  await rename(join(folder, "a-clinic.json"), join(folder, "b-clinic.json"));
  await expect(readBundle(folder)).rejects.toThrow(
    /b-clinic.json is an evaluation on a-clinic: expected one on b-clinic/,
  );
  await writeFile(join(folder, "b-clinic.json"), "{");
  await expect(readBundle(folder)).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("b-clinic.json"),
  });
});
