/** Versions that were judged on `stress` before its list of changes grew, and after. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STRESS_LISTS } from "@radlite/registry/bundle";
import {
  checkPolicy,
  compareVersions,
  DEFAULT_POLICY,
  measureDamage,
  metricsOf,
  promote,
  readFront,
  recordEvaluation,
  seedRegistry,
  setPolicy,
} from "@radlite/registry/commands";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { ADA, MODEL, makeSample, openSample, register, SILENT, writeBundle } from "./sample.ts";

const SETS = ["validation", "stress"];
const [OLD, NEW] = [...STRESS_LISTS.keys()];

/** `chest-xray@1` judged under the list of today, `chest-xray@2` under the first one. */
async function openMixed(): Promise<Registry> {
  const { registry } = await openSample();
  await register(registry, { seed: 1, sets: SETS });
  await register(registry, { seed: 2, sets: SETS, missed: 2, oldStress: true });
  return registry;
}

const versionsOf = (registry: Registry) => [...registry.state.models.get(MODEL)!.versions];

test("an evaluation under the first list still counts: it is read, judged and promoted", async () => {
  const registry = await openMixed();
  await setPolicy(registry, { model: MODEL, policy: DEFAULT_POLICY, actor: ADA });
  const old = versionsOf(registry)[1]!;

  expect(metricsOf(old, "stress")).toMatchObject({ changes: 9, changeList: OLD, n: 2_700 });
  expect(checkPolicy(registry.state, old).filter(({ passes }) => !passes)).toEqual([]);
  expect(await promote(registry, { version: old.id, reason: "a test", actor: ADA })).toMatchObject({
    kind: "promoted",
  });
});

test("one under the newer list takes its place, and the older one never comes back", async () => {
  const registry = await openMixed();
  const [newer, older] = [{}, { oldStress: true }].map(
    (options) => makeSample({ seed: 2, missed: 2, sets: SETS, ...options }).evaluations[1]!,
  );
  const record = async (evaluation: typeof newer) => {
    const before = registry.state.logNumber;
    const version = await recordEvaluation(registry, {
      version: "chest-xray@2",
      evaluation: evaluation!,
      actor: ADA,
    });
    return [version.evaluations.get("stress")?.changed?.changes, registry.state.logNumber - before];
  };

  expect(await record(older)).toEqual([OLD, 0]);
  expect(await record(newer)).toEqual([NEW, 1]);
  expect(await record(older)).toEqual([NEW, 0]);
  expect(await record(newer)).toEqual([NEW, 0]);
});

test("figures under two lists are not held against each other", async () => {
  const registry = await openMixed();

  await expect(
    compareVersions(registry, { versions: ["chest-xray@1", "chest-xray@2"], on: "stress" }),
  ).rejects.toThrow(/under different lists of changes \(11 and 9 changes\): evaluate both under the same/);
  const [a, b] = [{ seed: 1 }, { seed: 2, oldStress: true }].map(
    (options) => makeSample({ sets: SETS, ...options }).evaluations[1]!,
  );
  expect(() => measureDamage(a!, b!)).toThrow(/under different lists of changes/);
  const front = await readFront(registry, { model: MODEL, on: "stress", by: "bytes" });
  expect(front.rows.map(({ judged }) => judged[0]!.version.id)).toEqual(["chest-xray@1"]);
  expect(front.leftOut.map(({ id }) => id)).toEqual(["chest-xray@2"]);

  const policy = { rules: [], maxAucDrop: 0.01, dropOn: "stress" };
  await setPolicy(registry, { model: MODEL, policy, actor: ADA });
  await promote(registry, { version: "chest-xray@1", reason: "a test", actor: ADA });
  const drops = versionsOf(registry).map((version) =>
    checkPolicy(registry.state, version).filter(({ rule }) => rule === "maxAucDrop"),
  );
  expect(drops.map(([drop]) => drop?.actual)).toEqual([0, undefined]); // against itself, and against nothing
});

test("seeding brings a store from before up to the newer list, once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "radlite-lists-"));
  try {
    const registry = await openRegistry({ store: memoryStore(), logger: SILENT });
    const seed = async (oldStress: boolean) => {
      await writeBundle(join(folder, "one"), { seed: 1, sets: SETS, oldStress });
      await seedRegistry(registry, folder);
      return [versionsOf(registry)[0]!.evaluations.get("stress")!.changed!.changes, registry.state.logNumber];
    };

    expect((await seed(true))[0]).toBe(OLD);
    const after = await seed(false);
    expect(after[0]).toBe(NEW);
    expect(await seed(false)).toEqual(after);
    expect(await seed(true)).toEqual(after); // an earlier release's bundles beside a newer store
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
