/** A log that was put back to an earlier copy: what is left of the later one is found, and nobody builds on it. */
import {
  commit,
  decodeCommit,
  encodeCommit,
  logKey,
  makeCommit,
  mendPointers,
  NO_POINTER,
  openRegistry,
  pointerKey,
  type Registry,
  type RegistryEvent,
  readPointer,
  snapshotKey,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore, readOnly } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { bytesOf, keysOf } from "../store/writes.ts";
import { aliasMoved, modelCreated, versionRegistered } from "./sample-events.ts";

const MODEL = "chest-xray";
const COPIED = 100;

function listen() {
  const warnings: string[] = [];
  return {
    warnings,
    logger: { info: () => undefined, warn: (message: string) => void warnings.push(message) },
  };
}

interface Opened {
  registry: Registry;
  warnings: string[];
  clock: { now: number };
}

async function open(store: ObjectStore): Promise<Opened> {
  const { warnings, logger } = listen();
  const clock = { now: Date.UTC(2026, 10, 30) };
  return { registry: await openRegistry({ store, logger, clock: () => clock.now }), warnings, clock };
}

async function write(registry: Registry, ...events: RegistryEvent[]): Promise<number> {
  const number = await commit(registry, () => ({ events, answer: (state) => state.logNumber }));
  await registry.snapshotsWritten;
  return number;
}

async function grow(registry: Registry, upTo: number, name: string): Promise<void> {
  while (registry.state.logNumber < upTo)
    await write(registry, modelCreated(`${name}-${registry.state.logNumber}`));
}

/** 130 commits, snapshots of 64 and 128; production moves to 1 at 90 and to 2 at 120, shadow to 2 at 125. */
async function makeHistory(): Promise<{ store: ObjectStore; warm: Opened }> {
  const store = memoryStore();
  const warm = await open(store);
  const { registry } = warm;
  await write(registry, modelCreated());
  for (const n of [1, 2, 3]) await write(registry, versionRegistered(n));
  await grow(registry, 89, "before");
  await write(registry, aliasMoved(null, 1));
  await grow(registry, 119, "lost");
  await write(registry, aliasMoved(1, 2));
  await grow(registry, 124, "lost");
  await write(registry, aliasMoved(null, 2, { alias: "shadow" }));
  await grow(registry, 130, "lost");
  return { store, warm };
}

async function putBack(store: ObjectStore, to = COPIED): Promise<void> {
  for (const key of await keysOf(store, "log/", logKey(to))) await store.delete(key);
}

const pointsTo = async (store: ObjectStore, alias = "production"): Promise<string | undefined> => {
  const found = await readPointer(store, MODEL, alias);
  return found === "unchanged" ? undefined : found?.pointer.version;
};

test("commits name the digest of the one before", async () => {
  const { store } = await makeHistory();
  const read = async (n: number) => decodeCommit((await store.get(logKey(n)))!.bytes, n, logKey(n));
  expect((await read(1)).previous).toBeUndefined();
  for (const n of [2, 65, 129, 130]) {
    const before = (await store.get(logKey(n - 1)))!.bytes;
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", new Uint8Array(before))).toString("hex");
    expect((await read(n)).previous).toBe(digest);
  }
});

describe("opening a log of 130 commits that was put back to 100", () => {
  test("reads 100, puts every pointer where they say, removes what is of no commit, and says so", async () => {
    const { store } = await makeHistory();
    expect([await pointsTo(store), await pointsTo(store, "shadow")]).toEqual([
      "chest-xray@2",
      "chest-xray@2",
    ]);
    expect(await keysOf(store, "snapshot/")).toEqual([snapshotKey(128), snapshotKey(64)]);
    await putBack(store);
    const { registry, warnings } = await open(store);
    expect(registry.state.logNumber).toBe(COPIED);
    expect(await pointsTo(store)).toBe("chest-xray@1");
    expect(await readPointer(store, MODEL, "shadow")).toBeUndefined();
    expect((await store.get(pointerKey(MODEL, "shadow")))?.bytes).toEqual(NO_POINTER);
    expect(await keysOf(store, "snapshot/")).toEqual([snapshotKey(64)]);
    expect(warnings).toEqual([
      `memory:: ${snapshotKey(128)} is of a commit that is not in the log, so a restore left it behind: deleted`,
      "chest-xray/production named chest-xray@2 since commit 120, which the log does not say: a restore left it behind. It points to chest-xray@1 again",
      "pointers/chest-xray/shadow.json named chest-xray@2 since commit 125, but the log never moved this alias: a restore left it behind. It names nothing now",
    ]);
    const again = await open(store);
    expect(again.warnings).toEqual([]);
    expect(again.registry.state).toEqual(registry.state);
  });

  test("an alias that somebody moves while its leftover is looked at keeps the new pointer", async () => {
    const { store } = await makeHistory();
    await putBack(store);
    const other = await open({
      ...store,
      async *list(prefix, options) {
        if (prefix !== "pointers/") yield* store.list(prefix, options); // so that it leaves the leftover
      },
    });
    const shadow = pointerKey(MODEL, "shadow");
    let isMoved = false;
    const slow: ObjectStore = {
      ...store,
      get: (async (key: string, options: { ifNoneMatch?: string } = {}) => {
        const found = await store.get(key, options);
        if (key === shadow && !isMoved) {
          isMoved = true;
          await write(other.registry, aliasMoved(null, 3, { alias: "shadow" }));
          await mendPointers(other.registry);
        }
        return found;
      }) as ObjectStore["get"],
    };

    await open(slow);

    expect(isMoved).toBe(true);
    expect(await pointsTo(store, "shadow")).toBe("chest-xray@3");
  });

  test("a reader believes none of it, and leaves it for whoever may write", async () => {
    const { store } = await makeHistory();
    await putBack(store);
    const before = await keysOf(store, "");
    const { registry } = await open(readOnly(store, "it was opened for reading"));
    expect(registry.state.logNumber).toBe(COPIED);
    expect(await keysOf(store, "")).toEqual(before);
  });

  test("a pointer of another writer who is further is no leftover, and is known once that far is read", async () => {
    const { store, warm } = await makeHistory();
    const slow = await open(store);
    await write(warm.registry, aliasMoved(2, 3));
    await mendPointers(warm.registry);
    slow.registry.pointersKnown.clear();
    await mendPointers(slow.registry); // by a state that has not seen the move
    expect(await pointsTo(store)).toBe("chest-xray@3");
    expect(slow.registry.pointersKnown.has("chest-xray/production")).toBe(false);
    await slow.registry.refresh();
    expect(slow.registry.pointersKnown.get("chest-xray/production")).toMatchObject({ asOf: 131 });
    expect(await pointsTo(store)).toBe("chest-xray@3");
    expect(slow.warnings).toEqual([]);
  });
});

describe("a process that was running meanwhile", () => {
  test("builds on what is there: its next commit is 101, whether or not somebody else was first", async () => {
    for (const isFirst of [true, false]) {
      const { store, warm } = await makeHistory();
      await putBack(store);
      if (!isFirst) await write((await open(store)).registry, aliasMoved(1, 3));
      expect(await write(warm.registry, modelCreated("next"))).toBe(isFirst ? 101 : 102);
      expect(warm.warnings[0]).toContain("commit 130, read earlier, is no longer the log's");
      const { registry, warnings } = await open(store);
      expect(warnings).toEqual([]);
      expect(warm.registry.state).toEqual(registry.state);
      expect(await pointsTo(store)).toBe(isFirst ? "chest-xray@1" : "chest-xray@3");
    }
  });

  test.each([
    ["within a minute", 60_000],
    ["at once where its clock was set back by an hour", -3_600_000],
  ])("that only reads notices %s", async (_, passedMs) => {
    const { store, warm } = await makeHistory();
    await putBack(store);
    const { registry } = await open(store);
    await write(registry, aliasMoved(1, 3));
    warm.clock.now += passedMs;
    expect(await warm.registry.refresh()).toEqual(registry.state);
  });

  test("notices at once when the log has grown past what it knew, to another one", async () => {
    const { store, warm } = await makeHistory();
    await putBack(store);
    const { registry } = await open(store);
    await write(registry, aliasMoved(1, 3));
    await grow(registry, 140, "other");
    expect(await warm.registry.refresh()).toEqual(registry.state);
    expect(await pointsTo(store)).toBe("chest-xray@3");
    expect((await open(store)).warnings).toEqual([]);
  });
});

describe("leftovers of a log that has grown past them", () => {
  test("a snapshot is not believed for its number alone, and gives way to the right one", async () => {
    const { store } = await makeHistory();
    const left = (await store.get(snapshotKey(128)))!.bytes;
    await putBack(store);
    const { registry } = await open(store);
    await store.create(snapshotKey(128), left); // as one that a process without the right to delete passed over
    await grow(registry, 130, "other");
    const { registry: fresh, warnings } = await open(store);
    expect(fresh.state).toEqual(registry.state);
    expect(warnings).toEqual([]);
    expect(Buffer.compare((await store.get(snapshotKey(128)))!.bytes, left)).not.toBe(0);

    await store.replace(snapshotKey(128), left, (await store.get(snapshotKey(128)))!.etag);
    const late = await open(store);
    expect(late.registry.state).toEqual(registry.state);
    expect(late.warnings).toHaveLength(1);
  });

  test("they do not push new snapshots out", async () => {
    const { store } = await makeHistory();
    const left = (await store.get(snapshotKey(128)))!.bytes;
    await putBack(store, 60);
    const { registry } = await open(store);
    for (const n of [128, 192, 256, 320]) await store.create(snapshotKey(n), left);
    await grow(registry, 65, "other");
    expect(await keysOf(store, "snapshot/")).toContain(snapshotKey(64));
  });

  test("a pointer that names another version by the very same commit number is put right", async () => {
    const { store } = await makeHistory();
    await putBack(store, 119);
    const left = (await store.get(pointerKey(MODEL, "production")))!.bytes;
    const { registry } = await open(store);
    await write(registry, aliasMoved(1, 3)); // 120 again
    const there = (await store.get(pointerKey(MODEL, "production")))!;
    await store.replace(pointerKey(MODEL, "production"), left, there.etag);
    await open(store);
    expect(await pointsTo(store)).toBe("chest-xray@3");
  });
});

test("parts of two histories are not read as one", async () => {
  const { store } = await makeHistory();
  const { store: other } = await makeHistory();
  for (const key of await keysOf(store, "snapshot/")) await store.delete(key);
  for (const key of await keysOf(other, "log/", logKey(COPIED))) {
    await store.delete(key);
    await store.create(key, (await other.get(key))!.bytes);
  }
  await expect(open(store)).rejects.toThrow(
    "commit 101 was not written after the commit 100 that lies before it",
  );
});

test("a log of the first release, without digests, opens and grows on; the next commit names the last of it", async () => {
  const store = memoryStore();
  const groups: RegistryEvent[][] = [[modelCreated()], [versionRegistered(1)], [aliasMoved(null, 1)]];
  for (const [i, events] of groups.entries())
    await store.create(logKey(i + 1), encodeCommit(makeCommit(i + 1, `id-${i}`, events)));
  const { registry, warnings } = await open(store);
  expect(await write(registry, versionRegistered(2))).toBe(4);
  expect((await open(store)).registry.state).toEqual(registry.state);
  expect(warnings).toEqual([]);
  const last = (await store.get(logKey(3)))!;
  await store.replace(
    logKey(3),
    bytesOf(Buffer.from(last.bytes).toString().replace("id-2", "id-3")),
    last.etag,
  );
  await expect(open(store)).rejects.toThrow("commit 4 was not written after the commit 3");
});

test("whatever the order of an event's keys, the state in memory is the one that the log gives", async () => {
  const store = memoryStore();
  const registry = await openRegistry({ store, logger: listen().logger, snapshotEvery: 1 });
  await write(registry, modelCreated());
  const tags = { site: "Bonn", age: "adult", "10": "ten", "2": "two", Z: "capital" };
  await write(
    registry,
    versionRegistered(1, { tags }),
    versionRegistered(2, { tags: Object.fromEntries([["__proto__", "kept"]]) }),
  );
  const fromLog = await openRegistry({ store, logger: listen().logger });
  const keys = ({ state }: Registry) =>
    state.models.get(MODEL)!.versions.map(({ tags }) => Object.entries(tags));
  expect(keys(registry)).toEqual(keys(fromLog));
  for (const key of await keysOf(store, "snapshot/")) await store.delete(key);
  expect(keys(await openRegistry({ store, logger: listen().logger }))).toEqual(keys(registry));
  expect(keys(registry)[1]).toEqual([["__proto__", "kept"]]);
});
