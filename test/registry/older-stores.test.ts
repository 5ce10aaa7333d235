/** Stores that earlier releases wrote: they open, seed, promote and pass fsck, whatever has changed since. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fsck, metricsOf, promote, seedRegistry } from "@radlite/registry/commands";
import {
  currentVersion,
  findVersion,
  openRegistry,
  type Registry,
  readPointer,
  SNAPSHOT_PREFIX,
} from "@radlite/registry/log";
import { fileStore, type ObjectStore } from "@radlite/registry/store";
import { beforeEach, describe, expect, test } from "vitest";
import { ADA, SILENT } from "./commands/sample.ts";
import { keysOf } from "./store/writes.ts";

describe.each(["0.1.0"])("a store of release %s", (release) => {
  let store: ObjectStore;

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-older-"));
    await cp(`test/fixtures/stores/${release}`, folder, { recursive: true });
    store = fileStore(folder);
    return () => rm(folder, { recursive: true, force: true });
  });

  const open = (): Promise<Registry> => openRegistry({ store, logger: SILENT });

  test("opens from its snapshot as from its log alone, with what was known then", async () => {
    const { state } = await open();

    expect(currentVersion(state, "chest-xray")?.id).toBe("chest-xray@2");
    expect(currentVersion(state, "chest-xray", "staging")?.id).toBe("chest-xray@3");
    const child = findVersion(state, "chest-xray@2")!;
    expect(child.tags).toEqual({ family: "tiny", site: "Bonn" });
    expect(metricsOf(child, "validation")).toMatchObject({
      confusion: { truePositives: 11, falseNegatives: 1, trueNegatives: 8, falsePositives: 0 },
      auc: { value: 1 },
    });
    expect(metricsOf(findVersion(state, "chest-xray@1")!, "test")).toMatchObject({ n: 20 });
    expect(metricsOf(findVersion(state, "chest-xray@4")!, "validation")).toBeUndefined();
    expect([...state.runs.values()].map(({ outcome }) => outcome)).toEqual([
      "SUCCEEDED",
      "FAILED",
      undefined,
    ]);

    for (const key of await keysOf(store, SNAPSHOT_PREFIX)) await store.delete(key);
    expect((await open()).state.models).toEqual(state.models);
  });

  test("passes fsck, takes the shipped models, promotes one of them, and passes fsck again", async () => {
    const registry = await open();
    expect((await fsck(store)).problems).toEqual([]);

    const { registered, promoted, gates } = await seedRegistry(registry, "registry/shipped");
    expect(registered.length).toBeGreaterThan(30);
    expect(promoted).toEqual([]); // what people have in production stays there
    expect(gates).toMatchObject([{ model: "chest-xray", outcome: "set", gate: { actor: { name: "seed" } } }]);
    const version = registered.find(({ stageNames }) => stageNames.length > 0)!;
    const result = await promote(registry, { version: version.id, reason: "to be seen", actor: ADA });

    expect(result).toMatchObject({ kind: "promoted", promotion: { from: 2, to: version.number } });
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
      pointer: {
        version: version.id,
        gate: { artifact: gates[0]!.gate.artifact },
        performance: { test: { n: 345 } },
      },
    });
    expect((await fsck(store)).problems).toEqual([]);
  }, 120_000); // all shipped models are judged for their figures
});
