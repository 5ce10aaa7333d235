import { historyOf, type PromoteResult, productionAt, promote, rollback } from "@radlite/registry/commands";
import { openRegistry, type Promotion, type Registry, readPointer } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { dieAt, loseAnswers } from "../store/doubles.ts";
import { bytesOf, keysOf, outcome } from "../store/writes.ts";
import { ADA, BOB, MODEL, openSample, register, SILENT } from "./sample.ts";

const kinds = (results: readonly PromoteResult[]): string[] => results.map(({ kind }) => kind);

const moves = (registry: Registry): Promotion[] =>
  historyOf(registry.state, { model: MODEL, first: 100 }).edges.map(({ node }) => node);

async function pointerVersion(registry: Registry): Promise<string | undefined> {
  const found = await readPointer(registry.store, MODEL, "production");
  return found === "unchanged" ? undefined : found?.pointer.version;
}

/** Version 1 in production, versions 2 to `count` registered. */
async function openWith(count: number): Promise<Awaited<ReturnType<typeof openSample>>> {
  const opened = await openSample();
  for (let seed = 1; seed <= count; seed++) await register(opened.registry, { seed });
  await promote(opened.registry, {
    version: "chest-xray@1",
    expectedCurrent: null,
    reason: "first",
    actor: ADA,
  });
  return opened;
}

describe("promote", () => {
  test("records who, when, why, from what to what, and moves the pointer before it answers", async () => {
    const { registry, clock } = await openWith(2);
    clock.now += 60_000;
    const result = await promote(registry, {
      version: "chest-xray@2",
      expectedCurrent: "chest-xray@1",
      reason: "half the size",
      actor: BOB,
    });
    expect(result).toEqual({
      kind: "promoted",
      promotion: {
        id: "chest-xray/production/2",
        model: MODEL,
        alias: "production",
        ordinal: 2,
        from: 1,
        to: 2,
        movement: "promotion",
        reason: "half the size",
        forced: false,
        failedRules: [],
        at: "2026-11-24T08:01:00.000Z",
        actor: BOB,
        logNumber: 5, // after the model, two versions and the first promotion
      },
    });
    expect(await pointerVersion(registry)).toBe("chest-xray@2");
  });

  test("twenty at once with the same expectation, in one process: one promoted, nineteen conflicts", async () => {
    const { registry } = await openWith(21);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        promote(registry, {
          version: `chest-xray@${i + 2}`,
          expectedCurrent: "chest-xray@1",
          reason: "mine",
          actor: ADA,
        }),
      ),
    );
    expect(kinds(results).sort()).toEqual([...Array(19).fill("conflict"), "promoted"]);
    const winner = moves(registry)[0]!;
    for (const result of results) {
      if (result.kind === "conflict") expect(result.current?.number).toBe(winner.to);
    }
    expect(moves(registry).map(({ ordinal, from, to }) => [ordinal, from, to])).toEqual([
      [2, 1, winner.to],
      [1, undefined, 1],
    ]);
    expect(await pointerVersion(registry)).toBe(`chest-xray@${winner.to}`);
  });

  test("twenty registries over one store, answers being lost: one promoted, nineteen conflicts, no gap", async () => {
    const store = memoryStore();
    const { registry } = await openSample(store);
    for (let seed = 1; seed <= 21; seed++) await register(registry, { seed });
    await promote(registry, { version: "chest-xray@1", expectedCurrent: null, reason: "first", actor: ADA });
    const registries = await Promise.all(
      Array.from({ length: 20 }, () =>
        openRegistry({ store: loseAnswers(store, { keys: /^log/, times: 2 }), logger: SILENT }),
      ),
    );
    const results = await Promise.all(
      registries.map((each, i) =>
        promote(each, {
          version: `chest-xray@${i + 2}`,
          expectedCurrent: "chest-xray@1",
          reason: "mine",
          actor: ADA,
        }),
      ),
    );
    expect(kinds(results).sort()).toEqual([...Array(19).fill("conflict"), "promoted"]);
    const { state } = await openRegistry({ store, logger: SILENT });
    expect(
      state.models
        .get(MODEL)
        ?.aliases.get("production")
        ?.map(({ ordinal }) => ordinal),
    ).toEqual([1, 2]);
    expect(await keysOf(store, "log/")).toHaveLength(state.logNumber);
  });

  test("expectedCurrent null means that nothing is in production; left out, anything may be", async () => {
    const { registry } = await openWith(3);
    const wrong = await promote(registry, {
      version: "chest-xray@2",
      expectedCurrent: null,
      reason: "x",
      actor: ADA,
    });
    expect(wrong).toMatchObject({ kind: "conflict", current: { id: "chest-xray@1" } });
    expect((await promote(registry, { version: "chest-xray@2", reason: "x", actor: ADA })).kind).toBe(
      "promoted",
    );
    const { registry: empty } = await openSample();
    await register(empty, { seed: 1 });
    const early = await promote(empty, {
      version: "chest-xray@1",
      expectedCurrent: "chest-xray@9",
      reason: "x",
      actor: ADA,
    });
    expect(early).toEqual({ kind: "conflict", current: undefined });
  });

  test("of the version that is there already writes nothing and answers the promotion that did it", async () => {
    const { registry, store } = await openWith(1);
    const before = (await keysOf(store, "log/")).length;
    const again = await promote(registry, { version: "chest-xray@1", reason: "again", actor: BOB });
    expect(again).toMatchObject({ kind: "promoted", promotion: { ordinal: 1, reason: "first", actor: ADA } });
    expect(await keysOf(store, "log/")).toHaveLength(before);
  });

  test("repeated with its key answers the same promotion, whatever happened since", async () => {
    const { registry } = await openWith(3);
    const input = {
      version: "chest-xray@2",
      expectedCurrent: "chest-xray@1",
      reason: "x",
      actor: ADA,
      idempotencyKey: "p",
    };
    const first = await promote(registry, input);
    await promote(registry, { version: "chest-xray@3", reason: "y", actor: ADA });
    expect(await promote(registry, input)).toEqual(first);
    expect(moves(registry)).toHaveLength(3);
    // another actor's key of the same name is another key
    expect(await promote(registry, { ...input, actor: BOB })).toMatchObject({ kind: "conflict" });
  });

  test("aliases move apart from each other", async () => {
    const { registry } = await openWith(2);
    await promote(registry, {
      version: "chest-xray@2",
      alias: "shadow",
      expectedCurrent: null,
      reason: "watch",
      actor: ADA,
    });
    expect(await pointerVersion(registry)).toBe("chest-xray@1");
    expect(await readPointer(registry.store, MODEL, "shadow")).toMatchObject({
      pointer: { version: "chest-xray@2" },
    });
  });

  test("what is not there, and a reason or alias that is none", async () => {
    const { registry } = await openWith(1);
    const ask = (change: object) =>
      outcome(promote(registry, { version: "chest-xray@1", reason: "x", actor: ADA, ...change }));
    expect(await ask({ version: "chest-xray@9" })).toBe("NOT_FOUND");
    expect(await ask({ version: "hand@1" })).toBe("NOT_FOUND");
    expect(await ask({ reason: " " })).toBe("BAD_INPUT");
    expect(await ask({ alias: "../production" })).toBe("BAD_INPUT");
  });
});

describe("a refused promotion", () => {
  test("names each broken rule with limit and actual, and changes nothing", async () => {
    const { registry, store } = await openWith(1);
    await register(registry, { seed: 2, missed: 100, falseAlarms: 50 }); // AUC 1 - 100·50/20000 = 0.75
    const before = await keysOf(store, "");
    const result = await promote(registry, { version: "chest-xray@2", reason: "try", actor: ADA });
    expect(result).toMatchObject({
      kind: "refused",
      failedRules: [
        { rule: "minimum", set: "validation", figure: "sensitivity", bound: "low", limit: 0.9 },
        { rule: "minimum", set: "validation", figure: "specificity", bound: "low", limit: 0.6 },
        { rule: "minimum", set: "validation", figure: "auc", bound: "low", limit: 0.95 },
        { rule: "maxAucDrop", set: "validation", limit: 0.01, actual: 0.25 },
      ],
    });
    expect(await keysOf(store, "")).toEqual(before);
    expect(await pointerVersion(registry)).toBe("chest-xray@1");
  });

  test("may be forced; the history keeps what was broken", async () => {
    const { registry } = await openWith(1);
    await register(registry, { seed: 2, missed: 100, falseAlarms: 50 });
    const input = { version: "chest-xray@2", reason: "the old one is broken", force: true };
    expect((await promote(registry, { ...input, actor: ADA })).kind).toBe("promoted");
    expect(moves(registry)[0]).toMatchObject({
      forced: true,
      reason: "the old one is broken",
      failedRules: [
        { rule: "minimum", figure: "sensitivity" },
        { rule: "minimum", figure: "specificity" },
        { rule: "minimum", figure: "auc" },
        { rule: "maxAucDrop", actual: 0.25 },
      ],
    });
  });

  test("force on a version that breaks nothing is no forced promotion", async () => {
    const { registry } = await openWith(2);
    await promote(registry, { version: "chest-xray@2", reason: "x", force: true, actor: ADA });
    expect(moves(registry)[0]).toMatchObject({ forced: false, failedRules: [] });
  });

  test("cannot be forced when the version could not be served: bytes changed or gone, or no operating point", async () => {
    const { registry, store } = await openWith(3);
    const [, damaged, lost] = registry.state.models.get(MODEL)!.versions;
    const key = `artifacts/${damaged!.artifact}`;
    await store.replace(key, bytesOf("changed"), (await store.get(key))!.etag);
    await store.delete(`artifacts/${lost!.artifact}`);
    const unsealed = await register(registry, { seed: 4, isSealed: false, sets: [] });
    for (const [id, rule] of [
      [damaged!.id, "artifact"],
      [lost!.id, "artifact"],
      [unsealed.id, "operatingPoint"],
    ] as const) {
      const result = await promote(registry, { version: id, reason: "try", force: true, actor: ADA });
      expect(result).toMatchObject({
        kind: "refused",
        failedRules: [
          { rule, limit: 1, actual: 0 },
          ...Array(id === unsealed.id ? 1 : 0).fill({ rule: "evaluation" }),
        ],
      });
    }
  });
});

describe("rollback", () => {
  test("goes back over the promotions, one each time, and never to what was rolled back from", async () => {
    const { registry } = await openWith(3);
    for (const version of ["chest-xray@2", "chest-xray@3"])
      await promote(registry, { version, reason: "next", actor: ADA });
    const back = (): Promise<unknown> =>
      rollback(registry, { model: MODEL, reason: "worse in the ward", actor: BOB });
    expect(await back()).toMatchObject({
      promotion: { from: 3, to: 2, movement: "rollback", ordinal: 4, actor: BOB },
    });
    expect(await back()).toMatchObject({ promotion: { from: 2, to: 1, movement: "rollback", ordinal: 5 } });
    await expect(back()).rejects.toMatchObject({ code: "NOT_FOUND", message: /no earlier version/ });
    expect(await pointerVersion(registry)).toBe("chest-xray@1");
    await promote(registry, { version: "chest-xray@3", reason: "mended", actor: ADA });
    expect(await back()).toMatchObject({ promotion: { from: 3, to: 1 } });
  });

  test("does not ask the policy, and of two that expect the same one is a conflict", async () => {
    const { registry } = await openWith(1);
    await register(registry, { seed: 2, missed: 100, falseAlarms: 50 });
    const bad = await promote(registry, { version: "chest-xray@2", reason: "x", force: true, actor: ADA });
    expect(bad.kind).toBe("promoted");
    await promote(registry, { version: "chest-xray@1", reason: "y", actor: ADA });
    const input = { model: MODEL, expectedCurrent: "chest-xray@1", reason: "z", actor: ADA };
    const results = await Promise.all([rollback(registry, input), rollback(registry, input)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(["conflict", "promoted"]);
    expect(await pointerVersion(registry)).toBe("chest-xray@2");
  });
});

describe("a promoter killed between log and pointer", () => {
  test("is UNAVAILABLE to its caller; the next writer's refresh heals the pointer; a retry with its key is the same", async () => {
    const store = memoryStore();
    const { registry } = await openSample(store);
    for (const seed of [1, 2]) await register(registry, { seed });
    await promote(registry, { version: "chest-xray@1", reason: "first", actor: ADA });
    const killed = await openRegistry({ store: dieAt(store, /^pointers/), logger: SILENT });
    const input = { version: "chest-xray@2", reason: "next", actor: ADA, idempotencyKey: "k" };
    expect(await outcome(promote(killed, input))).toBe("UNAVAILABLE");
    expect(await pointerVersion(registry)).toBe("chest-xray@1");

    await register(registry, { seed: 3 }); // any mutation of anybody
    expect(await pointerVersion(registry)).toBe("chest-xray@2");
    expect(await promote(registry, input)).toMatchObject({ promotion: { ordinal: 2, to: 2 } });
    expect(moves(registry)).toHaveLength(2);
  });
});

test("what was in production at a time", async () => {
  const { registry, clock } = await openSample();
  const [start, minute] = [clock.now, 60_000];
  for (const seed of [1, 2]) await register(registry, { seed });
  const at = (minutes: number) =>
    productionAt(registry.state, { model: MODEL, at: new Date(start + minutes * minute).toISOString() })?.id;
  clock.now = start + 10 * minute;
  await promote(registry, { version: "chest-xray@1", reason: "a", actor: ADA });
  clock.now = start + 20 * minute;
  await promote(registry, { version: "chest-xray@2", reason: "b", actor: ADA });
  clock.now = start + 30 * minute;
  await rollback(registry, { model: MODEL, reason: "c", actor: ADA });
  expect([at(9), at(10), at(19.9), at(20), at(29), at(30), at(1e6)]).toEqual([
    undefined,
    "chest-xray@1",
    "chest-xray@1",
    "chest-xray@2",
    "chest-xray@2",
    "chest-xray@1",
    "chest-xray@1",
  ]);
  expect(() => productionAt(registry.state, { model: MODEL, at: "noon" })).toThrow(
    /expected an ISO 8601 time/,
  );
});
