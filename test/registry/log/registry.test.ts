import { encodeJson } from "@radlite/registry/bundle";
import {
  encodeCommit,
  encodeSnapshot,
  logKey,
  makeCommit,
  numberOfLogKey,
  numberOfSnapshotKey,
  openRegistry,
  snapshotKey,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { countCalls, dieAt } from "../store/doubles.ts";
import { bytesOf, keysOf } from "../store/writes.ts";
import { makeHistory, open, recordWarnings, write } from "./histories.ts";
import { hash, modelCreated, versionRegistered } from "./sample-events.ts";

async function overwrite(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  await store.replace(key, bytes, (await store.get(key))!.etag);
}

test("keys sort as numbers do; the first snapshot listed is the newest", () => {
  expect(logKey(1)).toBe("log/00000000000000000001.json");
  expect(logKey(12_345)).toBe("log/00000000000000012345.json");
  expect(snapshotKey(0)).toBe("snapshot/99999999999999999999.json");
  expect(snapshotKey(64)).toBe("snapshot/99999999999999999935.json");
  expect(snapshotKey(10) < snapshotKey(9)).toBe(true);
  expect(numberOfSnapshotKey(snapshotKey(12_345))).toBe(12_345);
  expect(numberOfLogKey(logKey(12_345))).toBe(12_345);
  for (const digits of [
    "1",
    "0".repeat(20),
    "9".repeat(20),
    "0000000000001e100000",
    "00009007199254740992",
  ]) {
    expect(numberOfLogKey(`log/${digits}.json`)).toBeNaN();
  }
  for (const digits of ["1", "0".repeat(20), "9".repeat(20)]) {
    expect(numberOfSnapshotKey(`snapshot/${digits}.json`)).toBeNaN();
  }
});

describe("opening", () => {
  test("over a snapshot, or none, or any of them damaged, gives the same state", async () => {
    const { store, registry } = await makeHistory();
    const snapshots = await keysOf(store, "snapshot/");
    expect(snapshots).toEqual([snapshotKey(8), snapshotKey(4)]);
    expect((await open(store)).state).toEqual(registry.state);

    await overwrite(store, snapshotKey(8), bytesOf("{}"));
    const { warnings, logger } = recordWarnings();
    expect((await openRegistry({ store, logger })).state).toEqual(registry.state);
    expect(warnings).toEqual([`memory:: ${snapshotKey(8)} is damaged or of another format: ignored`]);

    for (const key of snapshots) await store.delete(key);
    expect((await open(store)).state).toEqual(registry.state);
  });

  test("reads a snapshot and only the log after it", async () => {
    const { store } = await makeHistory();
    const counted = countCalls(store);
    await open(counted.store);
    expect(counted.calls.get).toBe(1 + 3); // snapshot 8, the commit that it is of, commits 9 and 10
  });

  test("does not believe a snapshot that the log does not reach", async () => {
    const { store } = await makeHistory();
    for (const n of [8, 9, 10]) await store.delete(logKey(n));
    const { warnings, logger } = recordWarnings();
    const registry = await openRegistry({ store, logger });
    expect(registry.state.logNumber).toBe(7);
    expect(warnings).toEqual([
      `memory:: ${snapshotKey(8)} is of a commit that is not in the log, so a restore left it behind: deleted`,
    ]);
    expect(await keysOf(store, "snapshot/")).toEqual([snapshotKey(4)]);
    expect(await write(registry, modelCreated("next"))).toBe(8);
  });

  test("refuses a log with a hole, and a damaged commit, by name", async () => {
    const { store } = await makeHistory();
    await store.delete(logKey(9));
    await expect(open(store)).rejects.toThrow(`${logKey(9)} is missing, though ${logKey(10)} is there`);
    const event = { ...modelCreated("x"), kind: "ModelCreated" };
    const damaged = encodeCommit({ ...makeCommit(9, "id", [event]), digest: hash(1) });
    await store.create(logKey(9), damaged);
    await expect(open(store)).rejects.toThrow(`${logKey(9)} is damaged: its events do not have its digest`);
    await overwrite(store, logKey(9), encodeCommit(makeCommit(12, "id", [event])));
    await expect(open(store)).rejects.toThrow("says that it is commit 12, expected 9");
  });

  test("refolds when a snapshot was written by code that did not know an event which this one knows", async () => {
    const { store, registry } = await makeHistory();
    const older = { ...registry.state, ignored: new Map([["VersionArchived@1", 3]]), models: new Map() };
    await store.create(snapshotKey(10), encodeSnapshot(older));
    expect((await open(store)).state).toEqual(registry.state);
  });

  test("keeps three snapshots", async () => {
    const store = memoryStore();
    const registry = await open(store, 1);
    for (let n = 0; n < 8; n++) await write(registry, modelCreated(`m${n}`));
    expect(await keysOf(store, "snapshot/")).toEqual([snapshotKey(8), snapshotKey(7), snapshotKey(6)]);
  });

  test("a snapshot that cannot be written is reported and costs nobody a commit", async () => {
    const { warnings, logger } = recordWarnings();
    const registry = await openRegistry({
      store: dieAt(memoryStore(), /^snapshot/),
      snapshotEvery: 1,
      logger,
    });
    expect(await write(registry, modelCreated())).toBe(1);
    expect(await write(registry, modelCreated("more"))).toBe(2);
    expect(warnings[0]).toMatch(/snapshot of commit 1 was not written/);
  });
});

describe("refreshing", () => {
  test("costs one request when nothing is new", async () => {
    const { store } = await makeHistory();
    const counted = countCalls(store);
    const registry = await open(counted.store);
    const before = { ...counted.calls };
    await registry.refresh();
    expect(counted.calls).toEqual({ ...before, get: before.get + 1 });
  });

  test("brings what others committed, however much", async () => {
    const store = memoryStore();
    const [writer, reader] = [await open(store), await open(store)];
    for (let n = 0; n < 45; n++) await write(writer, modelCreated(`m${n}`));
    const old = reader.state;
    expect(await reader.refresh()).toEqual(writer.state);
    expect(old.logNumber).toBe(0);
    expect(reader.state.models.size).toBe(45);
  });
});

describe("refreshes at once", () => {
  test("share one read", async () => {
    const counted = countCalls(memoryStore());
    const registry = await open(counted.store);
    await write(registry, modelCreated());
    const before = counted.calls.get;

    await Promise.all(Array.from({ length: 20 }, () => registry.refresh()));

    expect(counted.calls.get).toBe(before + 1);
  });

  test("that are asked for while a read is under way see what was written before they were", async () => {
    const store = memoryStore();
    const other = await open(store);
    await write(other, modelCreated());
    const gates: (() => void)[] = [];
    let isHeld = false;
    const registry = await open({
      ...store,
      get: (async (key: string) => {
        const found = await store.get(key);
        if (isHeld) await new Promise<void>((resolve) => gates.push(resolve)); // read, and not told yet
        return found;
      }) as ObjectStore["get"],
    });
    isHeld = true;
    const first = registry.refresh();
    await expect.poll(() => gates.length).toBe(1);
    await write(other, versionRegistered(1));
    isHeld = false;

    const [second, third] = [registry.refresh(), registry.refresh()];
    for (const open of gates) open();

    expect((await first).logNumber).toBe(1);
    expect((await second).logNumber).toBe(2);
    expect(await third).toBe(await second);
  });

  test("go on after a read that failed", async () => {
    const store = memoryStore();
    let isAway = false;
    const registry = await open({
      ...store,
      get: (async (key: string) => {
        if (isAway) throw new Error("away");
        return store.get(key);
      }) as ObjectStore["get"],
    });
    isAway = true;
    const failed = registry.refresh();
    await expect(failed).rejects.toThrow("away");
    isAway = false;

    expect((await registry.refresh()).logNumber).toBe(0);
  });
});

test("a canonical object has one form: sorted keys, no white space, nothing that is undefined", () => {
  const text = Buffer.from(
    encodeJson({ b: [1, 0.1, 1e21], a: { z: null, y: undefined, x: "é\n" } }),
  ).toString();
  expect(text).toBe('{"a":{"x":"é\\n","z":null},"b":[1,0.1,1e+21]}');
  expect(() => encodeJson({ a: Number.NaN })).toThrow(/NaN/);
});
