import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "@radlite/model/format";
import type { VersionFacts } from "@radlite/registry/bundle";
import { listRecipes, parseRecipe } from "@radlite/training/recipes";
import { trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStage } from "../../../training/compression/index.ts";
import { assignStreams, firstEpochOf } from "../../../training/compression/streams.ts";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const SOURCE = `
name: tiny
description: Seconds from files to a pruned network.
architecture:
  family: residual
  stem: { width: 8 }
  body: [{ width: 8 }, { width: 12 }]
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 3, batch: 16, rate: 0.01 }
`;

const PRUNED = `${SOURCE}stages:
  - { name: prune, unit: filter, sparsity: 0.25, epochs: 2 }
  - { name: prune, sparsity: 0.8, scope: global, epochs: 2, maxDrop: 50 }
  - { name: cluster, bits: 4, epochs: 1 }
  - { name: range }
`;

let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(40));
});

afterAll(() => folder.remove());

async function train(source: string, outFolder: string): Promise<void> {
  const recipe = { recipe: parseRecipe(source, "tiny.yaml"), source };
  await trainRecipe({ recipe, dataFolder: join(folder.path, "data"), outFolder, resume: true });
}

const digest = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

test("a recipe prunes, shares and codes, and the bundle says so; one that breaks its budget leaves it alone", async () => {
  const out = join(folder.path, "out");
  await train(PRUNED, out);

  const version = JSON.parse(await readFile(join(out, "version.json"), "utf8")) as VersionFacts;
  const parent = JSON.parse(await readFile(join(out, "parent", "version.json"), "utf8")) as VersionFacts;
  expect(version.stages.map(({ name }) => name)).toEqual(["prune", "prune", "cluster", "range"]);
  expect(version.stages[1]!.options).toEqual({
    unit: "weight",
    sparsity: 0.8,
    scope: "global",
    pinned: [],
    epochs: 2,
    ramp: 0.5,
    rate: 0.003,
    maxDrop: 50,
  });
  expect(version.parameters).toBeLessThan(0.75 * parent.parameters);
  expect(version.macs).toBeLessThan(0.75 * parent.macs);
  expect(version.sizeBytes).toBeLessThan(parent.sizeBytes / 8);
  const { network } = open(await readFile(join(out, "model.rlm")));
  const weights = network.nodes.flatMap((node) =>
    "weights" in node ? [network.tensors[node.weights]!.values] : [],
  );
  const zeros = weights.reduce((sum, values) => sum + values.filter((value) => value === 0).length, 0);
  const total = weights.reduce((sum, values) => sum + values.length, 0);
  expect(Math.abs(zeros - 0.8 * total)).toBeLessThan(1);

  const before = await digest(join(out, "model.rlm"));
  const tooMuch = PRUNED.replace("sparsity: 0.25, epochs: 2", "sparsity: 0.98, epochs: 0, maxDrop: 0.001");
  await expect(train(tooMuch, out)).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringMatching(/^Stage prune lost \d+\.\d+ points/),
  });
  expect(await digest(join(out, "model.rlm"))).toBe(before);
});

test("no shipped recipe's streams collide: its trainings give the bytes that they gave", async () => {
  const recipes = await listRecipes();
  expect(recipes.length).toBeGreaterThan(20);
  for (const { name, stages } of recipes) {
    const streams = stages.map((stage) => createStage(stage).streams ?? []);
    const homes = streams.map((names) => Object.fromEntries(names.map((one) => [one, firstEpochOf(one)])));
    expect([name, assignStreams(streams)]).toEqual([name, homes]);
  }
});
