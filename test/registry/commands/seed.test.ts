import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeGate } from "@radlite/model/verdict/gate";
import { digestOf } from "@radlite/registry/bundle";
import {
  DEFAULT_POLICY,
  fsck,
  promote,
  readEvaluation,
  registerBundle,
  seedRegistry,
  setGate,
  uploadArtifact,
} from "@radlite/registry/commands";
import { currentGate, openRegistry, readPointer } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { beforeEach, describe, expect, test } from "vitest";
import { drawGate } from "../../model/verdict/gate/gates.ts";
import { bytesOf, keysOf, outcome } from "../store/writes.ts";
import { ADA, SILENT, writeBundle } from "./sample.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-bundles-"));
  return () => rm(folder, { recursive: true, force: true });
});

const openEmpty = async (store = memoryStore()) => openRegistry({ store, logger: SILENT });

describe("registerBundle", () => {
  test("registers the folder that a training writes, creating its model, with its cases kept", async () => {
    const registry = await openEmpty();
    const sample = await writeBundle(join(folder, "one"), {
      seed: 1,
      missed: 3,
      sets: ["validation", "test"],
    });
    const version = await registerBundle(registry, join(folder, "one"), { actor: ADA });
    expect(version).toMatchObject({
      id: "chest-xray@1",
      artifact: sample.artifact,
      sizeBytes: sample.bytes.length,
    });
    expect(await readEvaluation(registry, version, "test")).toEqual(sample.evaluations[1]);
    expect(registry.state.models.get("chest-xray")?.policies.at(-1)).toMatchObject(DEFAULT_POLICY);
  });

  test("registers the parent first", async () => {
    const registry = await openEmpty();
    const parent = await writeBundle(join(folder, "child", "parent"), { seed: 1 });
    await writeBundle(join(folder, "child"), { seed: 2, facts: { parent: parent.artifact } });
    const child = await registerBundle(registry, join(folder, "child"), { actor: ADA });
    expect(child).toMatchObject({ id: "chest-xray@2", parent: parent.artifact });
    expect(registry.state.models.get("chest-xray")?.versions.get(0)?.artifact).toBe(parent.artifact);
  });

  test("is idempotent", async () => {
    const registry = await openEmpty();
    await writeBundle(join(folder, "one"), { seed: 1 });
    const [first, second] = [
      await registerBundle(registry, join(folder, "one"), { actor: ADA }),
      await registerBundle(registry, join(folder, "one"), { actor: ADA }),
    ];
    expect(second).toEqual(first);
  });

  test("names the file that is missing or wrong, and registers nothing", async () => {
    const registry = await openEmpty();
    await writeBundle(join(folder, "one"), { seed: 1 });
    const register = () => registerBundle(registry, join(folder, "one"), { actor: ADA });
    await writeFile(join(folder, "one", "validation.json"), '{"formatVersion":3}');
    await expect(register()).rejects.toThrow(/one\/validation.json.formatVersion: .*expected 1 or 2/);
    await writeFile(join(folder, "one", "version.json"), "{");
    await expect(register()).rejects.toThrow(/one\/version.json is no JSON: it is damaged/);
    await rm(join(folder, "one", "version.json"));
    await expect(register()).rejects.toThrow(
      /version.json cannot be read .*a bundle holds model.rlm, version.json/,
    );
    expect(await keysOf(registry.store, "log/")).toEqual([]);
  });
});

describe("seedRegistry", () => {
  async function writeShipped(): Promise<void> {
    const sets = ["validation", "stress"];
    await writeBundle(join(folder, "a-large"), { seed: 1, labels: 50, sets });
    await writeBundle(join(folder, "b-small"), { seed: 2, labels: 10, missed: 2, falseAlarms: 2, sets });
    await writeBundle(join(folder, "c-tiny"), { seed: 3, missed: 60, falseAlarms: 60, sets });
    await writeFile(join(folder, "README.md"), "bundles");
  }

  test("a version that was there gets the evaluations that its bundle has since, and sets their words", async () => {
    const registry = await openEmpty();
    await writeBundle(join(folder, "one"), { seed: 1 });
    await seedRegistry(registry, folder);
    await writeBundle(join(folder, "one"), { seed: 1, sets: ["validation", "test", "clinic"] });
    const clinic = { name: "clinic", role: "EXTERNAL", description: "ours", population: "adults" };
    await writeFile(join(folder, "sets.json"), JSON.stringify({ "chest-xray": [clinic], hand: [clinic] }));

    const { registered, present } = await seedRegistry(registry, folder);

    expect(registered).toEqual([]);
    expect(present.map(({ evaluations }) => [...evaluations.keys()])).toEqual([
      ["validation", "test", "clinic"],
    ]);
    const { logNumber } = registry.state;
    await seedRegistry(registry, folder);
    expect(registry.state.logNumber).toBe(logNumber);
    expect(registry.state.models.get("chest-xray")!.sets.get("clinic")).toEqual(clinic);
  });

  test("registers the bundles by name and promotes the smallest accurate one", async () => {
    await writeShipped();
    const registry = await openEmpty();
    const report = await seedRegistry(registry, folder);
    expect(report.registered.map(({ id }) => id)).toEqual(["chest-xray@1", "chest-xray@2", "chest-xray@3"]);
    expect(report.promoted).toMatchObject([{ to: 2, ordinal: 1, actor: { name: "seed" }, failedRules: [] }]);
    expect(await readPointer(registry.store, "chest-xray", "production")).toMatchObject({
      pointer: { version: "chest-xray@2" },
    });
  });

  test("promotes the bundle that the folder names, and none that breaks the policy", async () => {
    await writeShipped();
    const seed = async (name: string) => {
      await writeFile(join(folder, "production.json"), JSON.stringify({ "chest-xray": name }));
      return (await seedRegistry(await openEmpty(), folder)).promoted;
    };

    expect(await seed("a-large")).toMatchObject([
      { to: 1, reason: expect.stringContaining("named for production") },
    ]);
    expect(await seed("c-tiny")).toEqual([]); // too many wrong
    expect(await seed("nowhere")).toMatchObject([{ to: 2 }]);
    await writeFile(join(folder, "production.json"), '{"chest-xray": 3}');
    expect(await outcome(seedRegistry(await openEmpty(), folder))).toBe("BAD_INPUT");
  });

  test("again changes nothing; what is missing is added; what people promoted stays", async () => {
    await writeShipped();
    const store = memoryStore();
    const registry = await openEmpty(store);
    await seedRegistry(registry, folder);
    await promote(registry, { version: "chest-xray@1", reason: "by hand", actor: ADA });
    const before = await keysOf(store, "");
    const again = await seedRegistry(await openEmpty(store), folder);
    expect([again.registered, again.promoted]).toEqual([[], []]);
    expect(again.present).toHaveLength(3);
    expect(await keysOf(store, "")).toEqual(before);

    await writeBundle(join(folder, "d-new"), { seed: 4, missed: 1 });
    const more = await seedRegistry(await openEmpty(store), folder);
    expect(more.registered.map(({ id }) => id)).toEqual(["chest-xray@4"]);
    expect(more.promoted).toEqual([]);
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
      pointer: { version: "chest-xray@1" },
    });
  });

  test("puts back artifacts that were lost or damaged, of parents too, and nothing else", async () => {
    await writeShipped();
    const lost = await writeBundle(join(folder, "d-child", "parent"), { seed: 5 });
    await writeBundle(join(folder, "d-child"), { seed: 6, facts: { parent: lost.artifact } });
    const store = memoryStore();
    const { registered } = await seedRegistry(await openEmpty(store), folder);
    const damaged = `artifacts/${registered[0]!.artifact}`;
    await store.delete(`artifacts/${lost.artifact}`);
    await store.replace(damaged, bytesOf("half of i"), (await store.get(damaged))!.etag);
    expect((await fsck(store)).problems.map(({ kind }) => kind).sort()).toEqual([
      "DAMAGED_ARTIFACT",
      "MISSING_ARTIFACT",
    ]);
    const before = await keysOf(store, "");

    const again = await seedRegistry(await openEmpty(store), folder);

    expect(again.restored.map(({ id }) => id)).toEqual(["chest-xray@1", "chest-xray@4"]);
    expect([again.registered, again.promoted]).toEqual([[], []]);
    expect(await keysOf(store, "")).toEqual([...before, `artifacts/${lost.artifact}`].sort());
    expect((await fsck(store)).problems).toEqual([]);
    expect((await seedRegistry(await openEmpty(store), folder)).restored).toEqual([]);
  });

  describe("a gate that comes along", () => {
    const SHIPPED = encodeGate(drawGate(1));
    const sha256 = digestOf(SHIPPED);
    const file = () => join(folder, "gates", "chest-xray.rlg");

    beforeEach(async () => {
      await writeShipped();
      await mkdir(join(folder, "gates"));
      await writeFile(file(), SHIPPED);
      await writeFile(join(folder, "gates", "hand.rlg"), SHIPPED); // of a model that nobody has
    });

    test("is set before a version is promoted, and once", async () => {
      const store = memoryStore();
      const registry = await openEmpty(store);
      const { gates, promoted } = await seedRegistry(registry, folder);

      expect(gates).toMatchObject([
        {
          model: "chest-xray",
          outcome: "set",
          gate: {
            ...{ artifact: sha256, sizeBytes: SHIPPED.length, population: "children of one to five years" },
            ...{ actor: { name: "seed" }, reason: expect.stringContaining("comes with Radlite") },
          },
        },
      ]);
      expect(gates[0]!.gate.logNumber).toBeLessThan(promoted[0]!.logNumber);
      expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
        pointer: { gate: { artifact: sha256 }, logNumber: promoted[0]!.logNumber },
      });
      const again = await openEmpty(store);
      expect((await seedRegistry(again, folder)).gates).toEqual([]);
      expect(again.state.logNumber).toBe(registry.state.logNumber);
    });

    test("is set in a store that was seeded before there were gates, and what is in production stays", async () => {
      await rm(join(folder, "gates"), { recursive: true });
      const store = memoryStore();
      await seedRegistry(await openEmpty(store), folder);
      await mkdir(join(folder, "gates"));
      await writeFile(file(), SHIPPED);

      const { gates, promoted } = await seedRegistry(await openEmpty(store), folder);

      expect(gates).toMatchObject([{ outcome: "set" }]);
      expect(promoted).toEqual([]);
      expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
        pointer: { version: "chest-xray@2", gate: { artifact: sha256 } },
      });
    });

    test("stays out where somebody set another one, also one that a later release brings", async () => {
      const store = memoryStore();
      const registry = await openEmpty(store);
      await seedRegistry(registry, folder);
      const own = encodeGate(drawGate(2));
      const artifact = await uploadArtifact(store, own);
      await setGate(registry, { model: "chest-xray", artifact, reason: "our own films", actor: ADA });
      await writeFile(file(), encodeGate(drawGate(3)));
      const before = await keysOf(store, "");

      const again = await openEmpty(store);
      expect((await seedRegistry(again, folder)).gates).toEqual([]);
      expect(currentGate(again.state, "chest-xray")?.artifact).toBe(artifact);
      expect(await keysOf(store, "")).toEqual(before);
    });

    test.each(["missing", "damaged"])("is put back where its file is %s", async (what) => {
      const store = memoryStore();
      await seedRegistry(await openEmpty(store), folder);
      const key = `artifacts/${sha256}`;
      if (what === "missing") await store.delete(key);
      else await store.replace(key, bytesOf("half"), (await store.get(key))!.etag);

      const registry = await openEmpty(store);
      expect((await seedRegistry(registry, folder)).gates).toMatchObject([
        { model: "chest-xray", outcome: "restored" },
      ]);
      expect((await fsck(store)).problems).toEqual([]);
    });

    test("is BAD_ARTIFACT where the file is no gate", async () => {
      await writeFile(file(), "a gate");
      expect(await outcome(seedRegistry(await openEmpty(), folder))).toBe("BAD_ARTIFACT");
    });
  });

  test("does not put back a file that is damaged itself", async () => {
    await writeShipped();
    const store = memoryStore();
    const registry = await openEmpty(store);
    const { registered } = await seedRegistry(registry, folder);
    await store.delete(`artifacts/${registered[0]!.artifact}`);
    await writeFile(join(folder, "a-large", "model.rlm"), "half of i");

    await expect(seedRegistry(registry, folder)).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringMatching(/is missing or damaged, and so is .*a-large\/model\.rlm/),
    });
  });

  test("by several at once seeds once", async () => {
    await writeShipped();
    const store = memoryStore();
    const registries = await Promise.all([1, 2, 3].map(() => openEmpty(store)));
    await Promise.all(registries.map((registry) => seedRegistry(registry, folder)));
    const { state } = await openEmpty(store);
    expect(state.models.get("chest-xray")?.versions).toHaveLength(3);
    expect(state.models.get("chest-xray")?.aliases.get("production")).toHaveLength(1);
  });

  test("where nothing is accurate enough registers all, promotes nothing and says so", async () => {
    await writeBundle(join(folder, "bad"), { seed: 3, missed: 60, falseAlarms: 60 });
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
    const report = await seedRegistry(await openRegistry({ store: memoryStore(), logger }), folder);
    expect([report.registered.length, report.promoted.length]).toEqual([1, 0]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^no version of chest-xray meets its policy: nothing was promoted; the closest is chest-xray@1: sensitivity on validation, .* limit 0\.9; .*auc on validation/,
      ),
    ]);
  });

  test("a folder that is not there is BAD_INPUT", async () => {
    expect(await outcome(seedRegistry(await openEmpty(), join(folder, "nowhere")))).toBe("BAD_INPUT");
  });
});
