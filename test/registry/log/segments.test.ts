/** Snapshots of a registry that is larger than one segment: parts that are written once, shared, and removed. */

import { fsck } from "@radlite/registry/commands";
import {
  commit,
  encodeSnapshot,
  findArtifact,
  findVersion,
  numberOfSnapshotKey,
  openRegistry,
  type Registry,
  type RegistryEvent,
  SEGMENT_LENGTH,
  SNAPSHOT_PARTS_PREFIX,
  SNAPSHOT_PREFIX,
  snapshotKey,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore, readOnly } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { countCalls } from "../store/doubles.ts";
import { bytesOf, keysOf } from "../store/writes.ts";
import {
  evaluationRecorded,
  evidenceRecorded,
  hash,
  modelCreated,
  runStarted,
  versionRegistered,
} from "./sample-events.ts";

/** Two full segments and a bit of one model, and more in the last segments of others than the head takes. */
const COUNTS = { large: 2 * SEGMENT_LENGTH + 5, middle: 400, small: 300, empty: 0 };
const RUNS = SEGMENT_LENGTH + 3;

const SILENT = { info: () => undefined, warn: () => undefined };

const open = (store: ObjectStore, snapshotEvery = 1): Promise<Registry> =>
  openRegistry({ store, snapshotEvery, logger: SILENT });

async function write(registry: Registry, ...events: RegistryEvent[]): Promise<void> {
  await commit(registry, () => ({ events, answer: () => undefined }));
  await registry.snapshotsWritten;
}

async function fill(registry: Registry): Promise<void> {
  const models = Object.entries(COUNTS);
  const versions = models.flatMap(([model, count]) =>
    Array.from({ length: count }, (_, i) => [
      versionRegistered(i + 1, { model, artifact: hash(model.length * 10_000 + i) }),
      evaluationRecorded(i + 1, { model, auc: { value: i / 1e6, low: 0, high: 1 } }),
    ]).flat(),
  );
  const runs = Array.from({ length: RUNS }, (_, i) => runStarted(`run-${i}`));
  const evidence = evidenceRecorded(700, { model: "large" });
  await write(registry, ...models.map(([model]) => modelCreated(model)), ...versions, ...runs, evidence);
}

const partsOf = (store: ObjectStore): Promise<string[]> => keysOf(store, SNAPSHOT_PARTS_PREFIX);
const headsOf = async (store: ObjectStore): Promise<number[]> =>
  (await keysOf(store, SNAPSHOT_PREFIX)).map(numberOfSnapshotKey).filter((number) => !Number.isNaN(number));
/** Of these made-up versions there are no artifacts either. */
const wrongSnapshots = async (store: ObjectStore): Promise<string[]> =>
  (await fsck(store)).problems.filter(({ kind }) => kind === "WRONG_SNAPSHOT").map(({ key }) => key);
const textOf = ({ state }: Registry): string => Buffer.from(encodeSnapshot(state)).toString();

test("a large registry opens over its snapshot as over its log, and with none of it left", async () => {
  const store = memoryStore();
  const registry = await open(store);
  await fill(registry);

  const reopened = await open(store);

  expect(findVersion(reopened.state, "large@700")).toEqual(findVersion(registry.state, "large@700"));
  expect(findArtifact(reopened.state, hash(50_000 + 1_028))?.id).toBe("large@1029");
  expect(findArtifact(reopened.state, hash(1))).toBeUndefined();
  expect(reopened.state.runs.get(`run-${RUNS - 1}`)?.model).toBe("chest-xray");
  expect(textOf(reopened)).toBe(textOf(registry));
  expect((await store.get(snapshotKey(1)))!.bytes.length).toBeLessThan(20_000); // the head
  expect(await wrongSnapshots(store)).toEqual([]);
  for (const key of await keysOf(store, SNAPSHOT_PREFIX)) await store.delete(key);
  expect(textOf(await open(store))).toBe(textOf(registry));
});

test("opening reads the parts and one commit, whatever the log holds, and no version", async () => {
  const store = memoryStore();
  await fill(await open(store));
  const counted = countCalls(store);

  const { state } = await open(counted.store);

  expect(counted.calls.get).toBe(2 + (await partsOf(store)).length);
  const columns = state.models
    .get("large")!
    .versions.segments.map((segment) => segment.column!("sizeBytes")!);
  expect(columns.map(({ length }) => length)).toEqual([SEGMENT_LENGTH, SEGMENT_LENGTH, 5]);
  expect(columns[1]![1]).toBe(findVersion(state, `large@${SEGMENT_LENGTH + 2}`)!.sizeBytes);
});

test("a change writes one part anew; what only old snapshots name is removed with them", async () => {
  const store = memoryStore();
  const registry = await open(store);
  await fill(registry);
  const first = await partsOf(store);
  await write(registry, evaluationRecorded(3, { model: "large", ece: 0.5 }));
  const second = await partsOf(store);
  expect(second.filter((key) => !first.includes(key))).toHaveLength(1);

  for (const ece of [0.1, 0.2, 0.3]) await write(registry, evaluationRecorded(3, { model: "large", ece }));

  expect(await headsOf(store)).toEqual([5, 4, 3]);
  const left = await partsOf(store);
  expect(left).toHaveLength(first.length + 2); // three of the segment that changes, one of each other
  expect(second.filter((key) => !left.includes(key))).toHaveLength(2);
  expect(textOf(await open(store))).toBe(textOf(registry));
});

test("who was not there for the first snapshot shares its parts too", async () => {
  const store = memoryStore();
  await fill(await open(store));
  const first = await partsOf(store);
  const another = await open(store);
  const counted = countCalls(store);
  const third = await open(counted.store);
  const before = counted.calls.create ?? 0;

  await write(third, modelCreated("more"));

  expect((counted.calls.create ?? 0) - before).toBe(2); // the commit and the head
  await write(another, evaluationRecorded(1, { model: "small" }));
  const added = (await partsOf(store)).filter((key) => !first.includes(key));
  expect(added).toHaveLength(1);
});

test("a snapshot with a part missing or damaged is left aside, and the next one is whole again", async () => {
  for (const spoil of ["missing", "damaged"]) {
    const store = memoryStore();
    const registry = await open(store);
    await fill(registry);
    const [key] = await partsOf(store);
    if (spoil === "missing") await store.delete(key!);
    else await store.replace(key!, bytesOf("damaged"), (await store.get(key!))!.etag);
    expect(await wrongSnapshots(store)).toEqual([snapshotKey(1)]);

    expect(textOf(await open(readOnly(store, "it was opened for reading")))).toBe(textOf(registry));
    const healed = await open(store);

    expect(textOf(healed)).toBe(textOf(registry));
    await write(healed, modelCreated("more"));
    expect(await headsOf(store)).toEqual([2]);
    expect(await wrongSnapshots(store)).toEqual([]);
  }
});

test("nobody waits for a snapshot: it is written after the answer", async () => {
  const store = memoryStore();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: ObjectStore = {
    ...store,
    async create(key, bytes) {
      if (key.startsWith(SNAPSHOT_PREFIX)) await held;
      return store.create(key, bytes);
    },
  };
  const registry = await open(slow);

  await commit(registry, () => ({ events: [modelCreated()], answer: () => undefined }));
  await commit(registry, () => ({ events: [modelCreated("more")], answer: () => undefined }));

  expect(await headsOf(store)).toEqual([]);
  release();
  await registry.snapshotsWritten;
  expect(await headsOf(store)).toEqual([2, 1]);
});
