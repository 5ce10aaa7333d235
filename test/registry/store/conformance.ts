/**
 * What every ObjectStore must do, whatever it stands on. `open` gives a fresh, empty store.
 */
import { type ObjectStore, probeConditions, retrying } from "@radlite/registry/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerRetry, failNth, loseAnswers } from "./doubles.ts";
import { bytesOf, increment, keysOf, outcome, read, textOf } from "./writes.ts";

export interface ConformanceOptions {
  /** How many keys the test of long listings makes. */
  manyKeys: number;
  /** How many histories the property tests try. */
  histories: number;
}

export function describeStore(
  name: string,
  open: () => Promise<ObjectStore>,
  { manyKeys, histories }: ConformanceOptions,
): void {
  describe(name, () => {
    test("gives back what was created, byte for byte, also nothing and a megabyte", async () => {
      const store = await open();
      const megabyte = Uint8Array.from({ length: 2 ** 20 }, (_, i) => (i * 31) ^ (i >> 8));
      await store.create("a/empty", new Uint8Array());
      await store.create("a/large", megabyte);
      expect((await store.get("a/empty"))?.bytes).toEqual(new Uint8Array());
      const large = (await store.get("a/large"))!.bytes;
      expect(Buffer.compare(large, megabyte)).toBe(0);
      expect(await store.get("a/none")).toBeUndefined();
      expect(await store.get("none/at/all")).toBeUndefined();
    });

    test("creates a key once: the second writer gets CONFLICT and changes nothing", async () => {
      const store = await open();
      await store.create("log/1", bytesOf("first"));
      expect(await outcome(store.create("log/1", bytesOf("second")))).toBe("CONFLICT");
      expect(await read(store, "log/1")).toBe("first");
    });

    test("replaces only what has the etag: a stale one, an absent key and a deleted one are CONFLICT", async () => {
      const store = await open();
      await store.create("p", bytesOf("one"));
      const { etag } = (await store.get("p"))!;
      await store.replace("p", bytesOf("two"), etag);
      expect(await outcome(store.replace("p", bytesOf("three"), etag))).toBe("CONFLICT");
      expect(await read(store, "p")).toBe("two");
      expect(await outcome(store.replace("absent", bytesOf("x"), etag))).toBe("CONFLICT");
      const { etag: second } = (await store.get("p"))!;
      await store.delete("p");
      expect(await outcome(store.replace("p", bytesOf("three"), second))).toBe("CONFLICT");
      expect(await store.get("p")).toBeUndefined();
    });

    test("tells that nothing changed, by the etag", async () => {
      const store = await open();
      await store.create("p", bytesOf("one"));
      const { etag } = (await store.get("p"))!;
      expect(await store.get("p", { ifNoneMatch: etag })).toBe("unchanged");
      await store.replace("p", bytesOf("two"), etag);
      const changed = await store.get("p", { ifNoneMatch: etag });
      expect(changed).not.toBe("unchanged");
      expect(textOf((changed as { bytes: Uint8Array }).bytes)).toBe("two");
      expect(await store.get("absent", { ifNoneMatch: etag })).toBeUndefined();
    });

    test("tells size and time of what is there, anew after each write", async () => {
      const store = await open();
      const startedMs = Date.now();
      expect(await store.stat("k")).toBeUndefined();
      await store.create("k", bytesOf("one"));
      const first = (await store.stat("k"))!;
      expect(first.sizeBytes).toBe(3);
      expect(Math.abs(first.writtenMs - startedMs)).toBeLessThan(10_000);
      await store.replace("k", bytesOf("three"), (await store.get("k"))!.etag);
      const second = (await store.stat("k"))!;
      expect(second.sizeBytes).toBe(5);
      expect(second.writtenMs).toBeGreaterThanOrEqual(first.writtenMs);
      await store.delete("k");
      expect(await store.stat("k")).toBeUndefined();
      expect(await outcome(store.stat("../k"))).toBe("BAD_INPUT");
    });

    test("deletes, without complaint about what is not there, and a deleted key can be created again", async () => {
      const store = await open();
      await store.delete("never");
      await store.create("k", bytesOf("one"));
      await store.delete("k");
      await store.delete("k");
      expect(await store.get("k")).toBeUndefined();
      expect(await keysOf(store, "")).toEqual([]);
      await store.create("k", bytesOf("two"));
      expect(await read(store, "k")).toBe("two");
      expect(await outcome(store.create("k", bytesOf("three")))).toBe("CONFLICT");
    });

    test("lists keys in order, below a prefix, after a key", async () => {
      const store = await open();
      const keys = ["a/b/1", "a/b.txt", "a/b-1", "a/B", "ab", "b/2", "b/10", "c"];
      for (const key of keys) await store.create(key, bytesOf(key));
      expect(await keysOf(store, "")).toEqual([...keys].sort());
      expect(await keysOf(store, "a/")).toEqual(["a/B", "a/b-1", "a/b.txt", "a/b/1"]);
      expect(await keysOf(store, "a/b")).toEqual(["a/b-1", "a/b.txt", "a/b/1"]);
      expect(await keysOf(store, "b/", "b/10")).toEqual(["b/2"]);
      expect(await keysOf(store, "b/", "b/2")).toEqual([]);
      expect(await keysOf(store, "nothing/")).toEqual([]);
    });

    test(`follows every page of ${manyKeys} keys`, async () => {
      const store = await open();
      const keys = Array.from({ length: manyKeys }, (_, i) => `many/${String(i).padStart(6, "0")}`);
      for (let i = 0; i < keys.length; i += 16) {
        await Promise.all(keys.slice(i, i + 16).map((key) => store.create(key, bytesOf("x"))));
      }
      expect(await keysOf(store, "many/")).toEqual(keys);
      expect(await keysOf(store, "many/", keys[manyKeys - 3])).toEqual(keys.slice(-2));
    });

    test("refuses what is not a key", async () => {
      const store = await open();
      const bad = [
        "",
        "/",
        "a//b",
        "../x",
        "a/../b",
        "a/./b",
        "a\\b",
        "a\0b",
        "/etc/passwd",
        "ä",
        "x".repeat(81),
      ];
      for (const key of bad) {
        expect([key, await outcome(store.create(key, bytesOf("x")))]).toEqual([key, "BAD_INPUT"]);
        expect([key, await outcome(store.get(key))]).toEqual([key, "BAD_INPUT"]);
        expect([key, await outcome(store.delete(key))]).toEqual([key, "BAD_INPUT"]);
      }
    });

    test("lets exactly one of twenty racing creators win, and keeps its bytes", async () => {
      const store = await open();
      for (let round = 0; round < 3; round++) {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            outcome(store.create(`race/${round}`, bytesOf(`writer ${i}`))),
          ),
        );
        expect(results.filter((result) => result === "done")).toHaveLength(1);
        expect(results.filter((result) => result === "CONFLICT")).toHaveLength(19);
        expect(await read(store, `race/${round}`)).toBe(`writer ${results.indexOf("done")}`);
      }
    });

    test("loses no increment of ten racing writers", async () => {
      const store = await open();
      const writer = async () => {
        for (let i = 0; i < 8; i++) await increment(store, "counter");
      };
      await Promise.all(Array.from({ length: 10 }, writer));
      expect(await read(store, "counter")).toBe("80");
    });

    test("keeps the conditions that the registry's start-up probe tries", async () => {
      const store = await open();
      expect(await probeConditions(store)).toBeUndefined();
      expect(await keysOf(store, "")).toEqual([]);
    });

    test("behaves as a map with versions in any history of one writer", async () => {
      const step = fc.record({
        operation: fc.constantFrom("create", "replace", "staleReplace", "delete", "get"),
        key: fc.constantFrom("k/1", "k/2"),
        text: fc.string({ unit: "grapheme-ascii", maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
          const store = await open();
          const model = new Map<string, string>();
          for (const { operation, key, text } of steps) {
            const before = model.get(key);
            if (operation === "create") {
              expect(await outcome(store.create(key, bytesOf(text)))).toBe(
                before === undefined ? "done" : "CONFLICT",
              );
              if (before === undefined) model.set(key, text);
            } else if (operation === "replace") {
              const etag = (await store.get(key))?.etag ?? "none";
              expect(await outcome(store.replace(key, bytesOf(text), etag))).toBe(
                before === undefined ? "CONFLICT" : "done",
              );
              if (before !== undefined) model.set(key, text);
            } else if (operation === "staleReplace") {
              expect(await outcome(store.replace(key, bytesOf(text), '"0-stale"'))).toBe("CONFLICT");
            } else if (operation === "delete") {
              await store.delete(key);
              model.delete(key);
            }
            expect(await read(store, key)).toBe(model.get(key));
          }
          expect(await keysOf(store, "k/")).toEqual([...model.keys()].sort());
        }),
        { numRuns: histories, seed: 1 },
      );
    });

    test("survives a failure at any one call once retries are around it", async () => {
      for (let n = 1; n <= 6; n++) {
        const store = retrying(failNth(await open(), n, ["get", "create", "replace", "delete"]), {
          firstWaitMs: 1,
        });
        await store.create("k", bytesOf("one"));
        const { etag } = (await store.get("k"))!;
        await store.replace("k", bytesOf("two"), etag);
        expect(await read(store, "k")).toBe("two");
        await store.delete("k");
        expect(await store.get("k")).toBeUndefined();
      }
    });

    test('repeats what a server answers with "try again"', async () => {
      const store = retrying(answerRetry(await open()), { firstWaitMs: 1 });
      await store.create("k", bytesOf("one"));
      await store.replace("k", bytesOf("two"), (await store.get("k"))!.etag);
      expect(await read(store, "k")).toBe("two");
      expect(await outcome(store.create("k", bytesOf("three")))).toBe("CONFLICT");
    });

    test("shows a lost answer as a conflict with one's own bytes, never as a second write", async () => {
      const store = await open();
      const lossy = retrying(loseAnswers(store, { times: 1 }), { firstWaitMs: 1 });
      expect(await outcome(lossy.create("k", bytesOf("mine")))).toBe("CONFLICT");
      expect(await read(store, "k")).toBe("mine");
    });
  });
}
