import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shipBundle } from "@radlite/registry/bundle";
import { readEvaluation, registerBundle, seedRegistry } from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { beforeEach, expect, test } from "vitest";
import { ADA, SILENT, writeBundle } from "../commands/sample.ts";
import { keysOf } from "../store/writes.ts";

let folder: string;
let shipped: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-ship-"));
  shipped = join(folder, "shipped");
  return () => rm(folder, { recursive: true, force: true });
});

const openEmpty = (): Promise<Registry> => openRegistry({ store: memoryStore(), logger: SILENT });

/** A child with a parent, both judged on validation and test. */
async function writeFamily(): Promise<string> {
  const sets = ["validation", "test"] as const;
  const bundle = join(folder, "child");
  const parent = await writeBundle(join(bundle, "parent"), { seed: 1, missed: 2, sets });
  await writeBundle(bundle, { seed: 2, missed: 3, sets, facts: { parent: parent.artifact } });
  return bundle;
}

test("a registry filled from the shipped folder holds what the bundle itself gives", async () => {
  const bundle = await writeFamily();
  await shipBundle(bundle, shipped, { withParent: true });

  const [direct, seeded] = [await openEmpty(), await openEmpty()];
  await registerBundle(direct, bundle, { actor: ADA });
  const report = await seedRegistry(seeded, shipped);

  const evidence = /^(artifacts|evaluations)\//;
  const keys = async ({ store }: Registry) => (await keysOf(store, "")).filter((key) => evidence.test(key));
  expect(await keys(seeded)).toEqual(await keys(direct));
  expect(await keys(seeded)).toHaveLength(6);
  expect(report.registered.map(({ id }) => id)).toEqual(["chest-xray@2"]);
});

test("the radiographs of a set are kept once, and a version keeps only its probabilities", async () => {
  const bundle = await writeFamily();
  await shipBundle(bundle, shipped, { withParent: true });
  await shipBundle(bundle, shipped, { name: "other", tags: { testLooks: "1" } });

  expect(await readdir(join(shipped, "images"))).toHaveLength(2);
  const kept = await readFile(join(shipped, "child", "test.json"), "utf8");
  expect(kept).not.toContain('"cases"');
  expect(await readdir(join(shipped, "other"))).not.toContain("parent");
  const version = JSON.parse(await readFile(join(shipped, "other", "version.json"), "utf8"));
  expect(version.tags).toEqual({ testLooks: "1" });
});

test("packing in place, or twice, changes no byte", async () => {
  const target = await shipBundle(await writeFamily(), shipped, { withParent: true });
  const read = () =>
    Promise.all(
      ["version.json", "validation.json", "parent/test.json", "model.rlm"].map((file) =>
        readFile(join(target, file)),
      ),
    );
  const before = await read();

  await shipBundle(target, shipped);

  expect(await read()).toEqual(before);
});

test("without its list of radiographs a compact bundle is refused, with it registered alone", async () => {
  const target = await shipBundle(await writeFamily(), shipped);
  const registry = await openEmpty();

  const version = await registerBundle(registry, target, { actor: ADA });
  expect((await readEvaluation(registry, version, "test"))!.cases).toHaveLength(300);

  await rm(join(shipped, "images"), { recursive: true });
  await expect(registerBundle(registry, target, { actor: ADA })).rejects.toThrow(
    /child\/validation.json holds probabilities alone, and the list of its radiographs, [0-9a-f]{64}.json, is not there/,
  );
});
