/** The models that come with the product: small enough to come along, and all of their evidence in order. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { digestOf, encodeJson, readBundledEvaluation } from "@radlite/registry/bundle";
import { DEFAULT_POLICY, findFailedRules, fsck, requireSet, seedRegistry } from "@radlite/registry/commands";
import { currentVersion, openRegistry, type Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { beforeAll, expect, test } from "vitest";
import { SILENT } from "./commands/sample.ts";

const SHIPPED = "registry/shipped";
const LIMIT_BYTES = 10_000_000;
/** The evaluation of residual-64 on the test set as it was registered when bundles held whole evaluations. */
const RESIDUAL_64_TEST = "b93acae7dfa9635e20a11abc5f23feeba3dad8c54290a07965f118ca93db7fbd";

const files = readdirSync(SHIPPED, { recursive: true, encoding: "utf8" }).filter((path) =>
  statSync(join(SHIPPED, path)).isFile(),
);

const store = memoryStore();
let registry: Registry;

beforeAll(async () => {
  registry = await openRegistry({ store, logger: SILENT });
  await seedRegistry(registry, SHIPPED);
}, 300_000);

test("all of it takes less than 10 MB", () => {
  expect(files.reduce((sum, path) => sum + statSync(join(SHIPPED, path)).size, 0)).toBeLessThan(LIMIT_BYTES);
});

test("every bundle becomes a version with all three evaluations and its looks at the test set counted", async () => {
  const lists = readdirSync(join(SHIPPED, "images")).sort();
  const { versions } = registry.state.models.get("chest-xray")!;
  expect(versions).toHaveLength(files.filter((path) => path.endsWith("version.json")).length);
  for (const { evaluations, tags } of versions) {
    const images = [evaluations.get("validation")?.images, evaluations.get("test")?.images];
    expect(images.map((digest) => `${digest}.json`).sort()).toEqual(lists);
    expect(evaluations.get("stress")?.images).toBe(images[0]); // the same radiographs, changed
    expect(evaluations.get("stress")?.changed?.count).toBe(11);
    const looks = evaluations.get("looks");
    if (looks) expect([looks.images, looks.changed?.count]).toEqual([images[0], 12]);
    expect(Number(tags.testLooks)).toBeGreaterThan(0);
  }
  expect((await fsck(store)).problems).toEqual([]);
});

test("sets are described, pneumonias have their germ, and nothing else has changed since the first release", async () => {
  const evaluation = (await readBundledEvaluation(join(SHIPPED, "residual-64"), "test"))!;
  for (const { label, subgroup } of evaluation.cases) {
    expect(["bacteria", "virus"].includes(subgroup ?? "")).toBe(label === "PNEUMONIA");
  }
  const plain = evaluation.cases.map(({ subgroup: _, ...rest }) => rest);
  const first = { ...evaluation, formatVersion: 1 as const, cases: plain };
  expect(digestOf(encodeJson(first))).toBe(RESIDUAL_64_TEST);
  for (const name of ["validation", "test", "stress", "looks"]) {
    expect(requireSet(registry.state, name, "chest-xray").population).toMatch(
      /^children of one to five years/,
    );
  }
});

test("what the default policy asks of stress is missed by what was trained on pictures of one shape or is blind behind a border, and met by what is in production", async () => {
  const { versions } = registry.state.models.get("chest-xray")!;
  const brokenOnStress = (recipe: string) =>
    versions
      .filter((version) => version.recipe === recipe)
      .map((version) =>
        findFailedRules(registry.state, version, { policy: DEFAULT_POLICY })
          .filter(({ set }) => set === "stress")
          .map(({ figure }) => figure),
      );

  for (const recipe of ["residual-64", "residual-64-pruned", "residual-64-pruned-95", "residual-64-small"]) {
    for (const failed of brokenOnStress(recipe)) expect(failed, recipe).toContain("lowestSpecificity");
  }
  for (const recipe of ["residual-64-robust", "residual-64-distilled"]) {
    for (const failed of brokenOnStress(recipe)) expect(failed, recipe).not.toContain("lowestSpecificity");
    expect(brokenOnStress(recipe), recipe).toContainEqual(["lowestSensitivity"]); // they do not trim
  }
  const current = currentVersion(registry.state, "chest-xray")!;
  expect(current.recipe).toBe("residual-64-grouped-noise-pruned-4k");
  expect(findFailedRules(registry.state, current, { policy: DEFAULT_POLICY })).toEqual([]);
});
