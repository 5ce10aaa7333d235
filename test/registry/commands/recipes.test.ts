/** Recipes in the store: kept with the version that came of them, under their digest, for as long as it is there. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, RECIPE_FILE } from "@radlite/registry/bundle";
import {
  fsck,
  readRecipe,
  readVersionFacts,
  registerBundle,
  registerVersion,
  seedRegistry,
  uploadArtifact,
} from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { beforeEach, expect, test } from "vitest";
import { ADA, BOB, makeSample, openSample, SILENT, TINY_RECIPE, writeBundle } from "./sample.ts";

const DIGEST = digestOf(TINY_RECIPE);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-recipes-"));
  return () => rm(folder, { recursive: true, force: true });
});

test("a bundle's recipe is read again by the digest that its version names", async () => {
  const { registry, store } = await openSample();
  await writeBundle(folder, { seed: 1 });

  const version = await registerBundle(registry, folder, { actor: ADA });

  const { recipe } = await readVersionFacts(registry, version);
  expect(await readRecipe(store, recipe.digest)).toBe(TINY_RECIPE);
  expect((await fsck(store)).problems).toEqual([]);
});

test("a recipe that is not the version's own is refused from a caller, and left out of a bundle with a warning", async () => {
  const warnings: string[] = [];
  const logger = { ...SILENT, warn: (message: string) => warnings.push(message) };
  const store = memoryStore();
  const registry = await openRegistry({ store, logger });
  await writeBundle(folder, { seed: 1 });
  await writeFile(join(folder, RECIPE_FILE), "name: another\n");
  await registerBundle(registry, folder, { actor: ADA });
  const { bytes, artifact, facts } = makeSample({ seed: 2 });
  await uploadArtifact(store, bytes);

  await expect(
    registerVersion(registry, { artifact, facts, actor: BOB, recipe: "name: another\n" }),
  ).rejects.toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining(DIGEST) });
  await expect(
    registerVersion(registry, { artifact, facts, actor: BOB, recipe: "#".repeat(65_537) }),
  ).rejects.toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining("at most 65536") });

  expect(await readRecipe(store, DIGEST)).toBeUndefined();
  expect(warnings).toEqual([
    expect.stringContaining("the recipe there is not the one that made the version"),
  ]);
});

test("a version of an older release gets its recipe when it is seeded again", async () => {
  const { registry, store } = await openSample();
  const { bytes, artifact, facts, evaluations } = makeSample({ seed: 1 });
  await uploadArtifact(store, bytes);
  await registerVersion(registry, { artifact, facts, evaluations, actor: ADA });
  await writeBundle(join(folder, "one"), { seed: 1 });
  expect(await readRecipe(store, DIGEST)).toBeUndefined();

  await seedRegistry(registry, folder);

  expect(await readRecipe(store, DIGEST)).toBe(TINY_RECIPE);
});

test("damage is seen when it is read", async () => {
  const store = memoryStore();
  await store.create(`recipes/${DIGEST}.yaml`, new TextEncoder().encode("name: changed\n"));
  await expect(readRecipe(store, DIGEST)).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
