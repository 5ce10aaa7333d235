import {
  collectGarbage,
  createModel,
  DEFAULT_GRACE_MS,
  fsck,
  type GcReport,
  heartbeat,
  promote,
  registerVersion,
  startRun,
  uploadArtifact,
} from "@radlite/registry/commands";
import { commit, logKey, openRegistry, type Registry, storeSnapshot } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, readOnly } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { hash, versionRegistered } from "../log/sample-events.ts";
import { bytesOf, keysOf, outcome, read } from "../store/writes.ts";
import { ADA, BOB, makeSample, openSample, register, SILENT } from "./sample.ts";

const NOW = Date.UTC(2026, 10, 30);

const keysIn = (garbage: GcReport["removed"]): string[] => garbage.map(({ key }) => key);

/** Versions 1 (parent of 2, teacher of 3) to 3, 2 in production; beside them objects that nothing names, two days old. */
async function makeLitter(): Promise<{
  store: ObjectStore;
  registry: Registry;
  litter: string[];
  clock: { now: number };
}> {
  const clock = { now: NOW - 2 * DEFAULT_GRACE_MS };
  const store = memoryStore({ clock: () => clock.now });
  const { registry } = await openSample(store);
  const first = await register(registry, { seed: 1, sets: ["validation", "test"] });
  await register(registry, { seed: 2, facts: { parent: first.artifact } });
  await register(registry, { seed: 3, facts: { parent: hash(0xa01), teacher: first.artifact } });
  await promote(registry, { version: "chest-xray@2", reason: "first", actor: ADA });
  const run = await startRun(registry, {
    model: "chest-xray",
    recipe: { name: "r", digest: hash(1) },
    dataset: "d",
    executor: "child",
    actor: ADA,
  });
  await heartbeat(registry, { runId: run.id });
  await store.create(`artifacts/${hash(0xa01)}`, bytesOf("a parent that is not registered"));
  const unregistered = await uploadArtifact(store, makeSample({ seed: 9 }).bytes);
  const refused = makeSample({ seed: 8 });
  await uploadArtifact(store, refused.bytes);
  await outcome(registerVersion(registry, { ...refused, facts: { ...refused.facts, macs: 5 }, actor: ADA }));
  const litter = [
    `artifacts/${unregistered}`,
    `artifacts/${refused.artifact}`,
    `evaluations/${hash(0xe01)}.json`,
    "runs/20261101t000000-00000000/epochs/00001.json",
    "runs/20261101t000000-00000000/heartbeat.json",
  ].sort();
  for (const key of litter.slice(2)) await store.create(key, bytesOf("left"));
  await store.create("artifacts/notes.txt", bytesOf("not ours to judge"));
  clock.now = NOW;
  return { store, registry, litter, clock };
}

test("finds what no event names, and removes it but in a dry run; the rest stays to the byte", async () => {
  const { store, litter } = await makeLitter();
  const before = await keysOf(store, "");
  const dry = await collectGarbage(store, { actor: ADA, dryRun: true, now: NOW });
  expect(keysIn(dry.removed).sort()).toEqual(litter);
  expect(dry.removed.find(({ kind }) => kind === "DANGLING_EVALUATION")).toEqual({
    kind: "DANGLING_EVALUATION",
    key: `evaluations/${hash(0xe01)}.json`,
    name: hash(0xe01),
    sizeBytes: 4,
    writtenAt: new Date(NOW - 2 * DEFAULT_GRACE_MS).toISOString(),
  });
  expect(await keysOf(store, "")).toEqual(before);
  expect((await fsck(store)).problems.map(({ key }) => key).sort()).toEqual(litter);

  expect(await collectGarbage(store, { actor: ADA, now: NOW })).toEqual(dry);
  expect(await keysOf(store, "")).toEqual(before.filter((key) => !litter.includes(key)));
  expect((await fsck(store)).problems).toEqual([]);
  expect(await collectGarbage(store, { actor: ADA, now: NOW })).toEqual({
    ...{ removed: [], young: [], restored: [] },
  });
});

test("leaves what is younger than the grace time, and what is written ahead of the clock", async () => {
  const { store, litter } = await makeLitter();
  const written = NOW - 2 * DEFAULT_GRACE_MS;
  for (const now of [written - 1, written, written + DEFAULT_GRACE_MS - 1]) {
    const { removed, young } = await collectGarbage(store, { actor: ADA, now });
    expect([removed, keysIn(young).sort()]).toEqual([[], litter]);
  }
  const { removed } = await collectGarbage(store, { actor: ADA, now: written, graceMs: 0 });
  expect(keysIn(removed).sort()).toEqual(litter);
});

test("is for approvers, over a store that can be written, with a grace time", async () => {
  const { store } = await makeLitter();
  const before = await keysOf(store, "");
  expect(await outcome(collectGarbage(store, { actor: { ...BOB, role: "trainer" }, now: NOW }))).toBe(
    "REFUSED",
  );
  expect(
    await outcome(collectGarbage(readOnly(store, "it was opened for reading"), { actor: ADA, now: NOW })),
  ).toBe("REFUSED");
  for (const graceMs of [-1, Number.NaN])
    expect(await outcome(collectGarbage(store, { actor: ADA, now: NOW, graceMs }))).toBe("BAD_INPUT");
  expect(await keysOf(store, "")).toEqual(before);
});

test("removes nothing while the log is not whole: nobody knows what the rest named", async () => {
  for (const harm of [
    (store: ObjectStore) => store.delete(logKey(2)),
    async (store: ObjectStore) => store.replace(logKey(3), bytesOf("x"), (await store.get(logKey(3)))!.etag),
  ]) {
    const { store } = await makeLitter();
    await harm(store);
    const before = await keysOf(store, "");
    await expect(collectGarbage(store, { actor: ADA, now: NOW, graceMs: 0 })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("nothing is removed until it is whole"),
    });
    expect(await keysOf(store, "")).toEqual(before);
  }
});

test("an object that is registered at the moment of its removal is there afterwards, whoever is last", async () => {
  const sample = makeSample({ seed: 9 });
  const key = `artifacts/${sample.artifact}`;
  const asBytes = Buffer.from(sample.bytes);

  // registered after gc read the log, before it removes: gc reads on and puts it back
  const one = await makeLitter();
  const racing: ObjectStore = {
    ...one.store,
    async delete(deleted) {
      if (deleted === key) await registerVersion(one.registry, { ...sample, actor: ADA });
      await one.store.delete(deleted);
    },
  };
  const { removed } = await collectGarbage(racing, { actor: ADA, now: NOW });
  expect(keysIn(removed)).not.toContain(key);
  expect(Buffer.from((await one.store.get(key))!.bytes)).toEqual(asBytes);
  expect((await fsck(one.store)).problems).toEqual([]);

  // removed after the registration read it, before it is in the log: the registration puts it back
  const two = await makeLitter();
  const create = two.store.create;
  two.registry.store.create = async (created, bytes) => {
    if (created.startsWith("log/")) await collectGarbage(two.store, { actor: ADA, now: NOW });
    await create(created, bytes);
  };
  await registerVersion(two.registry, { ...sample, actor: ADA });
  expect(Buffer.from((await two.store.get(key))!.bytes)).toEqual(asBytes);
  expect((await fsck(two.store)).problems).toEqual([]);
});

test("an object that is registered at the moment of its removal by a gc that is stopped is put back by the next", async () => {
  const sample = makeSample({ seed: 9 });
  const key = `artifacts/${sample.artifact}`;
  const { store, registry, clock } = await makeLitter();
  const stopped: ObjectStore = {
    ...store,
    async delete(deleted) {
      if (deleted === key) await registerVersion(registry, { ...sample, actor: ADA });
      await store.delete(deleted);
      if (deleted === key) throw new Error("stopped");
    },
  };
  await expect(collectGarbage(stopped, { actor: ADA, now: NOW })).rejects.toThrow("stopped");
  expect(await store.get(key)).toBeUndefined();

  const [early, late] = [clock.now + 59_999, clock.now + 60_000];
  expect((await collectGarbage(store, { actor: ADA, now: early })).restored).toEqual([]); // it may be going on
  expect((await collectGarbage(store, { actor: ADA, now: late })).restored).toEqual([key]);

  expect(Buffer.from((await store.get(key))!.bytes)).toEqual(Buffer.from(sample.bytes));
  expect((await fsck(store)).problems).toEqual([]);
  expect(await keysOf(store, "removing/")).toEqual([]);
});

test("parts of a snapshot that was never finished go, and those that a snapshot names stay", async () => {
  const clock = { now: NOW - 2 * DEFAULT_GRACE_MS };
  const store = memoryStore({ clock: () => clock.now });
  const registry = await openRegistry({ store, logger: SILENT });
  await createModel(registry, { name: "chest-xray", description: "", actor: ADA });
  const events = Array.from({ length: 600 }, (_, at) => versionRegistered(at + 1));
  await commit(registry, () => ({ events, answer: () => undefined }));
  await storeSnapshot(store, registry.state);
  const kept = await keysOf(store, "snapshot/");
  const left = `snapshot/segments/${hash(0xe09)}`;
  await store.create(left, bytesOf("left"));
  clock.now = NOW;

  const { removed } = await collectGarbage(store, { actor: ADA, now: NOW });

  expect(removed).toMatchObject([{ kind: "DANGLING_SNAPSHOT_PART", key: left }]);
  expect(await keysOf(store, "snapshot/")).toEqual(kept);
  expect(kept.length).toBeGreaterThan(1);
});

test("what is uploaded again is not removed as old", async () => {
  const { store, clock } = await makeLitter();
  const { bytes, artifact } = makeSample({ seed: 9 });
  await uploadArtifact(store, bytes);
  const { young } = await collectGarbage(store, { actor: ADA, now: clock.now });
  expect(keysIn(young)).toEqual([`artifacts/${artifact}`]);
});

test("keeps what only an event names that this Radlite does not know", async () => {
  const { store, registry } = await makeLitter();
  const { encodeCommit, makeCommit } = await import("@radlite/registry/log");
  const { logNumber, head } = await registry.refresh();
  const gate = {
    kind: "GateSet",
    eventVersion: 9,
    at: "2026-11-30T00:00:00.000Z",
    gate: { artifact: hash(0xe01) },
  };
  await store.create(logKey(logNumber + 1), encodeCommit(makeCommit(logNumber + 1, "id", [gate], head)));
  await collectGarbage(store, { actor: ADA, now: NOW });
  expect(await read(store, `evaluations/${hash(0xe01)}.json`)).toBe("left");
});
