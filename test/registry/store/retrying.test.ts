import { RadliteError } from "@radlite/model/errors";
import { memoryStore, type ObjectStore, retrying } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { countCalls, dieAt } from "./doubles.ts";
import { bytesOf, keysOf, outcome } from "./writes.ts";

/** A listing that breaks after every two keys. */
function breakListings(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async *list(prefix, options) {
      let given = 0;
      for await (const key of store.list(prefix, options)) {
        if (given++ === 2) throw new RadliteError("UNAVAILABLE", "the page broke off");
        yield key;
      }
    },
  };
}

test("a listing that breaks off goes on after the last key, none twice, none missing", async () => {
  const store = memoryStore();
  const keys = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `k/${name}`);
  for (const key of keys) await store.create(key, bytesOf("x"));
  expect(await keysOf(retrying(breakListings(store), { firstWaitMs: 1 }), "k/")).toEqual(keys);
  expect(await keysOf(retrying(breakListings(store), { firstWaitMs: 1 }), "k/", "k/c")).toEqual(
    keys.slice(3),
  );
});

test("gives up after its attempts, and says what the last one met", async () => {
  const { store, calls } = countCalls(memoryStore());
  const dead = retrying({ ...dieAt(store, /^k$/) }, { attempts: 4, firstWaitMs: 1 });
  await expect(dead.create("k", bytesOf("x"))).rejects.toThrow("create k: killed");
  expect(calls.create).toBe(0);
});

test("waits no longer than its patience for a server that hangs at every try", async () => {
  let calls = 0;
  const store = memoryStore();
  const hangs: ObjectStore = {
    ...store,
    create: async () => {
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new RadliteError("UNAVAILABLE", "nothing came");
    },
  };
  const dead = retrying(hangs, { attempts: 100, firstWaitMs: 0, patienceMs: 100 });
  expect(await outcome(dead.create("k", bytesOf("x")))).toBe("UNAVAILABLE");
  expect(calls).toBeGreaterThanOrEqual(2);
  expect(calls).toBeLessThanOrEqual(5);
});

test("repeats only what may be repeated: a conflict is an answer", async () => {
  const { store, calls } = countCalls(memoryStore());
  const patient = retrying(store, { firstWaitMs: 1 });
  await patient.create("k", bytesOf("x"));
  expect(await outcome(patient.create("k", bytesOf("y")))).toBe("CONFLICT");
  expect(calls.create).toBe(2);
});

test("waits longer each time, by full jitter under a bound", async () => {
  const waits: number[] = [];
  const random = () => {
    waits.push(Date.now());
    return 1;
  };
  const store = retrying(dieAt(memoryStore(), /./), { attempts: 5, firstWaitMs: 2, random });
  await outcome(store.create("k", bytesOf("x")));
  const gaps = waits.slice(1).map((time, i) => time - waits[i]!);
  expect(waits).toHaveLength(4); // before attempts 2 to 5: 4, 8, 16 and 32 ms
  expect(gaps[0]).toBeGreaterThanOrEqual(3);
  expect(gaps[2]).toBeGreaterThanOrEqual(15);
});
