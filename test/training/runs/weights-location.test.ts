import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPublished } from "@radlite/training/fetch";
import { afterAll, expect, test } from "vitest";
import { locateWeights } from "../../../training/runs/weights-location.ts";

const FIXTURE = fileURLToPath(new URL("../../fixtures/weights/vgg16-notop.h5", import.meta.url));
const INITIAL = { weights: "imagenet" };
const MOBILENET = { family: "mobilenet", width: 1 };
const RECIPE = { name: "mine", initial: INITIAL, architecture: MOBILENET };
const SCRATCH = { name: "mine", architecture: MOBILENET };

const empty = mkdtempSync(join(tmpdir(), "radlite-cache-"));
const filled = mkdtempSync(join(tmpdir(), "radlite-cache-"));
// Nobody publishes a hash of MobileNet's weights, so any Keras file may stand for them.
const cached = join(filled, findPublished("mobilenet").file.name);
copyFileSync(FIXTURE, cached);
afterAll(() => {
  for (const folder of [empty, filled]) rmSync(folder, { recursive: true });
});

test("the command line goes before the setting, the setting before the cache", async () => {
  const setting = "other=/b, imagenet = /a/weights.h5 ,third=/c=d";
  const places = { setting, cacheFolder: filled };

  expect(await locateWeights(RECIPE, { given: "/mine", ...places })).toBe("/mine");
  expect(await locateWeights(RECIPE, places)).toBe("/a/weights.h5");
  expect(await locateWeights(RECIPE, { cacheFolder: filled })).toBe(cached);
  const third = { ...RECIPE, initial: { weights: "third" } };
  expect(await locateWeights(third, places)).toBe("/c=d");
  await expect(locateWeights(third, { cacheFolder: filled })).rejects.toMatchObject({ code: "NOT_FOUND" }); // not the published
});

test("a name stands for the fetched file, unless there is a file of that name", async () => {
  expect(await locateWeights(RECIPE, { given: "mobilenet", cacheFolder: filled })).toBe(cached);
  await expect(locateWeights(RECIPE, { given: "vgg16", cacheFolder: filled })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: 'The weights vgg16 are not in the cache: fetch them with "radlite weights fetch vgg16".',
  });
});

test("a narrower network asks for its own weights", async () => {
  const narrow = { ...RECIPE, architecture: { ...MOBILENET, width: 0.25 } };
  await expect(locateWeights(narrow, { cacheFolder: filled })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(/radlite weights fetch mobilenet-0\.25/),
  });
  const unpublished = { ...RECIPE, architecture: { ...MOBILENET, width: 0.3 } };
  await expect(locateWeights(unpublished, { cacheFolder: filled })).rejects.toMatchObject({
    message: expect.not.stringMatching(/radlite weights fetch/),
  });
});

test("a fetched file that is not the published one is not trained from", async () => {
  writeFileSync(join(empty, findPublished("vgg16").file.name), "no weights");
  const vgg16 = { ...RECIPE, architecture: { ...MOBILENET, family: "vgg16" } };
  await expect(locateWeights(vgg16, { cacheFolder: empty })).rejects.toMatchObject({ reason: "WRONG_HASH" });
});

test("a recipe that starts from scratch needs none, whatever is set, and refuses a path that it has no use for", async () => {
  expect(await locateWeights(SCRATCH, { setting: "imagenet=/a" })).toBeUndefined();
  await expect(locateWeights(SCRATCH, { given: "/a" })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("starts from scratch"),
  });
});

test("weights of an unknown place are asked for by name", async () => {
  await expect(locateWeights(RECIPE, { setting: "other=/b", cacheFolder: empty })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(
      /radlite weights fetch mobilenet.*--weights or RADLITE_WEIGHTS=imagenet=\/path/,
    ),
  });
});

test.each(["imagenet", "=/a", "imagenet="])("a setting %s is refused", async (setting) => {
  await expect(locateWeights(RECIPE, { setting })).rejects.toThrow(/name=\/path was expected/);
});
