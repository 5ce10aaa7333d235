/** A recipe that starts from pretrained weights, from files to a bundle. */

import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { VersionFacts } from "@radlite/registry/bundle";
import { parseRecipe } from "@radlite/training/recipes";
import { type Progress, trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";
import { copyFolder, TENSORFLOWJS_FOLDER } from "./fixtures.ts";

const SOURCE = `
name: tiny-transfer
description: A MobileNet of a few channels from the weights of the fixtures.
architecture: { family: mobilenet, width: 0.03125 }
initial: { weights: fixture, freezeUntil: conv_pw_2_relu, rateShare: 0.1 }
input: { size: 32 }
validation: { fraction: 0.25 }
fit: { epochs: 1, batch: 16, rate: 0.01 }
`;

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(20));
});

afterAll(() => folder.remove());

async function train(out: string, weights: { given?: string; setting?: string }, resume = false) {
  const notes: string[] = [];
  const { bundle } = await trainRecipe({
    recipe: { recipe: parseRecipe(SOURCE, "tiny.yaml"), source: SOURCE },
    dataFolder: join(folder.path, "data"),
    outFolder: join(folder.path, out),
    weights,
    resume,
    onProgress: (progress: Progress) => progress.kind === "note" && notes.push(progress.text),
  });
  const version = JSON.parse(await readFile(join(bundle, "version.json"), "utf8")) as VersionFacts;
  return { notes, version };
}

test("says what was loaded, and the version what it started from", async () => {
  const { notes, version } = await train("given", { given: TENSORFLOWJS_FOLDER });

  expect(notes.find((text) => text.startsWith("fixture"))).toMatch(
    /^fixture: 54 layers loaded; of no use: conv_preds; \d+ weights learn$/,
  );
  expect(version.stages).toEqual([
    {
      name: "pretrained",
      options: {
        weights: "fixture",
        match: "name",
        freezeUntil: "conv_pw_2_relu",
        rateShare: 0.1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      summary: { loadedLayers: 54, drawnLayers: 0 },
    },
  ]);
});

test("weights are found by name too, and end in the same file", async () => {
  const given = await train("again", { given: TENSORFLOWJS_FOLDER });
  const set = await train("set", { setting: `fixture=${TENSORFLOWJS_FOLDER}` });

  expect(set.version.sha256).toBe(given.version.sha256);
});

test("a checkpoint that started from other weights is refused", async () => {
  const other = await copyFolder();
  await copyFile(join(other, "group1-shard2of3"), join(other, "group1-shard1of3"));
  await train("checked", { given: TENSORFLOWJS_FOLDER });

  await expect(train("checked", { given: other }, true)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("without a place of the weights nothing is trained", async () => {
  await expect(train("nowhere", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
});
