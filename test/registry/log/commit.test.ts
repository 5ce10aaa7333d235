import { RadliteError } from "@radlite/model/errors";
import {
  commit,
  type Decision,
  decodeCommit,
  digestOfCommit,
  encodeCommit,
  makeCommit,
  openRegistry,
  type Registry,
  type State,
  type StoredEvent,
  writeCommit,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore, retrying } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { answerRetry, countCalls, dieAt, failNth, loseAnswers } from "../store/doubles.ts";
import { keysOf, outcome } from "../store/writes.ts";
import { modelCreated } from "./sample-events.ts";

const SILENT = { info: () => undefined, warn: () => undefined };
const open = (store: ObjectStore): Promise<Registry> => openRegistry({ store, logger: SILENT });

/** Creates a model unless it is there; answers the number of models that there are then. */
function create(registry: Registry, name: string): Promise<number> {
  return commit(registry, (state): Decision<number> => {
    if (state.models.has(name)) throw new RadliteError("CONFLICT", `${name} is there`);
    return { events: [modelCreated(name)], answer: (reached) => reached.models.size };
  });
}

const namesIn = (state: State): string[] => [...state.models.keys()].sort();
const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `m${String(i).padStart(3, "0")}`);

describe("group commit", () => {
  test("mutations that arrive together share one object, each decided after the ones before it", async () => {
    const { store, calls } = countCalls(memoryStore());
    const registry = await open(store);
    const sizes = await Promise.all(names(50).map((name) => create(registry, name)));
    expect(calls.create).toBe(1);
    expect(await keysOf(store, "log/")).toEqual(["log/00000000000000000001.json"]);
    expect(sizes).toEqual(Array(50).fill(50)); // answers are given from the state that holds them all
    expect(namesIn((await open(store)).state)).toEqual(names(50));
  });

  test("what one of them throws reaches its caller alone", async () => {
    const registry = await open(memoryStore());
    const twice = await Promise.all(["a", "a", "b", "a"].map((name) => outcome(create(registry, name))));
    expect(twice).toEqual(["done", "CONFLICT", "done", "CONFLICT"]);
    expect(namesIn(registry.state)).toEqual(["a", "b"]);
  });

  test("a decision without events writes nothing", async () => {
    const { store, calls } = countCalls(memoryStore());
    const registry = await open(store);
    expect(await commit(registry, () => ({ events: [], answer: (state) => state.logNumber }))).toBe(0);
    expect(calls.create).toBe(0);
  });

  test("those that arrive while a commit is under way share the next one", async () => {
    const store = memoryStore();
    const registry = await open(store);
    const first = create(registry, "first");
    await new Promise((resolve) => setImmediate(resolve));
    const others = names(10).map((name) => create(registry, name));
    await Promise.all([first, ...others]);
    expect((await keysOf(store, "log/")).length).toBe(2);
  });
});

describe("racing registries over one store", () => {
  test("twenty writers, each alone: every number once, no gap, every event in", async () => {
    const store = memoryStore();
    const registries = await Promise.all(names(20).map(() => open(store)));
    await Promise.all(registries.map((registry, i) => create(registry, names(20)[i]!)));
    expect(await keysOf(store, "log/")).toHaveLength(20);
    const { state } = await open(store);
    expect(state.logNumber).toBe(20);
    expect(namesIn(state)).toEqual(names(20));
  });

  test("the loser of a race decides again on what the winner did", async () => {
    const store = memoryStore();
    const [a, b] = [await open(store), await open(store)];
    const results = await Promise.all([outcome(create(a, "same")), outcome(create(b, "same"))]);
    expect(results.sort()).toEqual(["CONFLICT", "done"]);
    expect((await open(store)).state.models.size).toBe(1);
  });
});

describe("faults", () => {
  test("a lost answer never doubles an event, whichever write it hits", async () => {
    for (const times of [1, 2, 3, 7]) {
      const store = memoryStore();
      for (const wrapped of [
        loseAnswers(store, { times }),
        retrying(loseAnswers(store, { times }), { firstWaitMs: 1 }),
      ]) {
        const registry = await open(wrapped);
        const before = registry.state.models.size;
        for (const name of names(8))
          expect(await create(registry, `${name}-${before}`)).toBeGreaterThan(before);
        const { state } = await open(store);
        expect(state.models.size).toBe(before + 8);
        expect(state.logNumber).toBe(before + 8);
      }
    }
  });

  test("a lost answer to a racing writer: still each event once and every number taken", async () => {
    const store = memoryStore();
    const registries = await Promise.all(
      names(8).map(() => open(loseAnswers(store, { keys: /^log\//, times: 3 }))),
    );
    await Promise.all(
      registries.flatMap((registry, i) => ["a", "b", "c"].map((x) => create(registry, `${x}${i}`))),
    );
    const { state } = await open(store);
    expect(state.models.size).toBe(24);
    expect(await keysOf(store, "log/")).toHaveLength(state.logNumber);
  });

  test('"try again" answers are repeated with the same bytes', async () => {
    const store = memoryStore();
    const registry = await open(answerRetry(store));
    for (const name of names(5)) await create(registry, name);
    expect(namesIn((await open(store)).state)).toEqual(names(5));
    expect(await keysOf(store, "log/")).toHaveLength(5);
  });

  test("whichever call fails, what was reported as done is in the log once, and the rest can be done again", async () => {
    for (let n = 1; n <= 14; n++) {
      const store = memoryStore();
      const registry = await open(failNth(store, n, ["get", "create"])).catch(() => undefined);
      if (!registry) continue;
      const results = [];
      for (const name of names(3)) results.push(await outcome(create(registry, name)));
      for (const [i, name] of names(3).entries())
        if (results[i] !== "done") await outcome(create(registry, name));
      const { state } = await open(store);
      expect(namesIn(state)).toEqual(names(3));
      expect(state.logNumber).toBe(3);
    }
  });

  test("a store that refuses writes refuses the mutation with its reason, and goes on to read", async () => {
    const store = memoryStore();
    await create(await open(store), "there");
    const { readOnly } = await import("@radlite/registry/store");
    const registry = await open(readOnly(store, "its server forgets"));
    await expect(create(registry, "more")).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("its server forgets"),
    });
    expect(namesIn(await registry.refresh())).toEqual(["there"]);
  });

  test("after a store that was down comes back, the same registry commits again", async () => {
    const store = memoryStore();
    let isDown = false;
    const flaky: ObjectStore = {
      ...store,
      create: (key, bytes) => (isDown ? dieAt(store, /./).create(key, bytes) : store.create(key, bytes)),
    };
    const registry = await open(flaky);
    isDown = true;
    expect(await outcome(create(registry, "a"))).toBe("UNAVAILABLE");
    isDown = false;
    expect(await create(registry, "a")).toBe(1);
  });
});

test("the commitId comes from the injected randomness", async () => {
  const store = memoryStore();
  const registry = await openRegistry({ store, random: () => 0.5, logger: SILENT });
  await create(registry, "a");
  const object = await store.get("log/00000000000000000001.json");
  expect(Buffer.from(object!.bytes).toString()).toContain(`"commitId":"${"80000000".repeat(4)}"`);
});

test("what is written is what a reader makes of it: the bytes of the commit, and the commit of the bytes", () => {
  const events = [
    modelCreated("a"),
    { ...modelCreated("b"), later: undefined, kept: [1, -0, 1e21, "\u2028"] },
  ];
  for (const previous of [undefined, "0".repeat(64)]) {
    const { commit: written, bytes } = writeCommit(7, 'id "events":[]', events as StoredEvent[], previous);
    const made = makeCommit(7, 'id "events":[]', events as StoredEvent[], previous);
    expect(Buffer.from(bytes).toString()).toBe(Buffer.from(encodeCommit(made)).toString());
    expect(JSON.stringify(written.events)).toBe(JSON.stringify(decodeCommit(bytes, 7, "key").events));
    expect(written).toEqual(decodeCommit(bytes, 7, "key"));
    expect(digestOfCommit(written)).toBe(digestOfCommit(decodeCommit(bytes, 7, "key")));
  }
});
