/** The models that come with the product: small enough to come along, and all of their evidence in order. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { digestOf, encodeJson, readBundledEvaluation } from "@radlite/registry/bundle";
import { fsck, requireSet, seedRegistry } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { SILENT } from "./commands/sample.ts";

const SHIPPED = "registry/shipped";
const LIMIT_BYTES = 2_500_000;
/** The evaluation of residual-64 on the test set as it was registered when bundles held whole evaluations. */
const RESIDUAL_64_TEST = "b93acae7dfa9635e20a11abc5f23feeba3dad8c54290a07965f118ca93db7fbd";

const files = readdirSync(SHIPPED, { recursive: true, encoding: "utf8" }).filter((path) =>
  statSync(join(SHIPPED, path)).isFile(),
);

test("all of it takes less than 2.5 MB", () => {
  expect(files.reduce((sum, path) => sum + statSync(join(SHIPPED, path)).size, 0)).toBeLessThan(LIMIT_BYTES);
});

test("every bundle becomes a version with both evaluations and its looks at the test set counted", async () => {
  const store = memoryStore();
  const registry = await openRegistry({ store, logger: SILENT });
  await seedRegistry(registry, SHIPPED);

  const lists = readdirSync(join(SHIPPED, "images")).sort();
  const { versions } = registry.state.models.get("chest-xray")!;
  expect(versions).toHaveLength(files.filter((path) => path.endsWith("version.json")).length);
  for (const { evaluations, tags } of versions) {
    const images = [evaluations.get("validation")?.images, evaluations.get("test")?.images];
    expect(images.map((digest) => `${digest}.json`).sort()).toEqual(lists);
    expect(Number(tags.testLooks)).toBeGreaterThan(0);
  }
  expect((await fsck(store)).problems).toEqual([]);
});

test("sets are described, pneumonias have their germ, and nothing else has changed since the first release", async () => {
  const evaluation = (await readBundledEvaluation(join(SHIPPED, "residual-64"), "test"))!;
  const store = memoryStore();
  const registry = await openRegistry({ store, logger: SILENT });
  await seedRegistry(registry, SHIPPED);

  for (const { label, subgroup } of evaluation.cases) {
    expect(["bacteria", "virus"].includes(subgroup ?? "")).toBe(label === "PNEUMONIA");
  }
  const plain = evaluation.cases.map(({ subgroup: _, ...rest }) => rest);
  const first = { ...evaluation, formatVersion: 1 as const, cases: plain };
  expect(digestOf(encodeJson(first))).toBe(RESIDUAL_64_TEST);
  for (const name of ["validation", "test"]) {
    expect(requireSet(registry.state, name, "chest-xray").population).toMatch(
      /^children of one to five years/,
    );
  }
});
