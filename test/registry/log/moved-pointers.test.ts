/** Pointers: where they stand after moves, kills and races, and what a reader makes of one that is left behind. */
import { movePointer, type Pointer, readPointer, readSettledPointer } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, readOnly } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { countCalls, dieAt } from "../store/doubles.ts";
import { bytesOf, keysOf } from "../store/writes.ts";
import { makeHistory, open, write } from "./histories.ts";
import { aliasMoved, hash, modelCreated, versionRegistered } from "./sample-events.ts";

describe("pointers", () => {
  const pointer = (logNumber: number, number = 1): Pointer => ({
    formatVersion: 1,
    model: "chest-xray",
    alias: "production",
    number,
    version: `chest-xray@${number}`,
    artifact: hash(number),
    operatingPoint: { temperature: 1, threshold: 0.5, thresholdRule: "half" },
    logNumber,
  });

  test("are written as this, and tell that nothing changed by their etag", async () => {
    const store = memoryStore();
    expect(await readPointer(store, "chest-xray", "production")).toBeUndefined();
    await movePointer(store, pointer(7), 7);
    const object = await store.get("pointers/chest-xray/production.json");
    expect(Buffer.from(object!.bytes).toString()).toBe(
      `{"alias":"production","artifact":"${hash(1)}","formatVersion":1,"logNumber":7,"model":"chest-xray","number":1,"operatingPoint":{"temperature":1,"threshold":0.5,"thresholdRule":"half"},"version":"chest-xray@1"}`,
    );
    const found = await readPointer(store, "chest-xray", "production");
    expect(found).toEqual({ pointer: pointer(7), etag: object!.etag });
    expect(await readPointer(store, "chest-xray", "production", object!.etag)).toBe("unchanged");
  });

  test("only ever move forward, however many race", async () => {
    const { store } = await makeHistory(); // ten commits: a pointer moves when its commit is there
    const order = [3, 9, 1, 7, 5, 10, 2, 8, 4, 6];
    await Promise.all(order.map((n) => movePointer(store, pointer(n, n), n)));
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({ pointer: pointer(10, 10) });
    expect(await movePointer(store, pointer(9, 9), 9)).toBe("ahead");
    expect(await movePointer(store, pointer(10, 10), 10)).toBe("kept");
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({ pointer: pointer(10, 10) });
  });

  test("one that is damaged is no pointer, and is written anew", async () => {
    const store = memoryStore();
    await store.create("pointers/chest-xray/production.json", bytesOf('{"logNumber":99}'));
    expect(await readPointer(store, "chest-xray", "production")).toBeUndefined();
    expect(await movePointer(store, pointer(3), 3)).toBeUndefined();
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({ pointer: pointer(3) });
  });

  test("a mover killed between log and pointer is healed by the next who refreshes, at open and warm", async () => {
    const store = memoryStore();
    const warm = await open(store);
    const killed = await open(dieAt(store, /^pointers/));
    await write(killed, modelCreated(), versionRegistered(1), aliasMoved(null, 1));
    expect(await readPointer(store, "chest-xray", "production")).toBeUndefined();
    await warm.refresh();
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
      pointer: { version: "chest-xray@1", logNumber: 1 },
    });

    await write(killed, versionRegistered(2), aliasMoved(1, 2));
    await open(store);
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
      pointer: { version: "chest-xray@2", logNumber: 2 },
    });
  });

  test("a reader of a read-only store leaves them alone", async () => {
    const store = memoryStore();
    const killed = await open(dieAt(store, /^pointers/));
    await write(killed, modelCreated(), versionRegistered(1), aliasMoved(null, 1));
    const reader = await open(readOnly(store, "it was opened for reading"));
    expect(reader.state.logNumber).toBe(1);
    expect(await keysOf(store, "pointers/")).toEqual([]);
  });

  test("are looked at once, then only when the log moved an alias", async () => {
    const store = memoryStore();
    const counted = countCalls(store);
    const registry = await open(counted.store);
    await write(registry, modelCreated(), versionRegistered(1), aliasMoved(null, 1));
    await registry.refresh();
    const before = counted.calls.get;
    await registry.refresh();
    expect(counted.calls.get).toBe(before + 1);
  });
});

describe("who may not write", () => {
  const asked = { model: "chest-xray", alias: "production" };
  const thereIn = async (store: ObjectStore): Promise<Pointer | undefined> => {
    const found = await readPointer(store, "chest-xray", "production");
    return found === "unchanged" ? undefined : found?.pointer;
  };

  test("learns from the log what a killed mover left unsaid, and is told the pointer itself where it is right", async () => {
    const store = memoryStore();
    const killed = await open(dieAt(store, /^pointers/));
    await write(killed, modelCreated(), versionRegistered(1), aliasMoved(null, 1));
    const reader = await open(readOnly(store, "it was opened for reading"));
    expect(await readSettledPointer(reader, { ...asked, there: undefined })).toMatchObject({ number: 1 });
    expect(await keysOf(store, "pointers/")).toEqual([]);

    await open(store); // mends it
    const there = await thereIn(store);
    expect(await readSettledPointer(reader, { ...asked, there })).toBe(there);

    await write(killed, versionRegistered(2), aliasMoved(1, 2));
    await reader.refresh();
    expect(await readSettledPointer(reader, { ...asked, there })).toMatchObject({ number: 2, logNumber: 2 });
  });

  test("keeps a pointer of a commit that it has not read yet, and none that the log never said", async () => {
    const store = memoryStore();
    const writer = await open(store);
    await write(writer, modelCreated(), versionRegistered(1), versionRegistered(2));
    const reader = await open(readOnly(store, "it was opened for reading"));
    await write(writer, aliasMoved(null, 2));
    await writer.refresh(); // moves the pointer
    const there = await thereIn(store);
    expect(there).toMatchObject({ number: 2 });
    expect(await readSettledPointer(reader, { ...asked, there })).toBe(there);

    const left = { ...there!, number: 9, logNumber: 90, asOf: 90 };
    expect(await readSettledPointer(reader, { ...asked, there: left })).toBeUndefined();
  });
});
