/** A key makes a mutation happen once, whatever it came to; another request with the key is refused. */
import {
  cancelRun,
  createModel,
  finishRun,
  historyOf,
  type Mutation,
  promote,
  readRunProgress,
  recordEvaluation,
  registerVersion,
  rollback,
  setPolicy,
  startRun,
} from "@radlite/registry/commands";
import { currentVersion, openRegistry, type Registry, readCommit } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, retrying } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { hash } from "../log/sample-events.ts";
import { ANYTHING, policyOn } from "../policies.ts";
import { loseAnswers } from "../store/doubles.ts";
import { keysOf, outcome } from "../store/writes.ts";
import { ADA, BOB, MODEL, makeSample, openSample, register, SILENT } from "./sample.ts";

/** Version 1 in production, versions 2 and 3 as good, version 4 beneath the policy. */
async function openFour(store: ObjectStore = memoryStore()): Promise<Registry> {
  const { registry } = await openSample(store);
  for (const seed of [1, 2, 3]) await register(registry, { seed });
  await register(registry, { seed: 4, missed: 100, falseAlarms: 50 });
  await promote(registry, { version: "chest-xray@1", reason: "first", actor: ADA });
  return registry;
}

const production = (registry: Registry): string | undefined => currentVersion(registry.state, MODEL)?.id;

const moves = (registry: Registry): number => historyOf(registry.state, { model: MODEL }).totalCount;

const to = (version: string, more: object = {}) => ({
  version: `chest-xray@${version}`,
  reason: "r",
  actor: ADA,
  idempotencyKey: "k",
  ...more,
});

describe("promote and rollback", () => {
  test("another request with the key is refused and moves nothing, by promote or by rollback", async () => {
    const registry = await openFour();
    await promote(registry, to("2"));
    const others = [
      to("3"),
      to("2", { reason: "another" }),
      to("2", { alias: "shadow" }),
      to("2", { expectedCurrent: null }),
      to("2", { expectedCurrent: "chest-xray@1" }),
      to("2", { force: true }),
    ];
    for (const other of others) {
      await expect(promote(registry, other)).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringMatching(/^idempotencyKey "k" belongs to another request/),
      });
    }
    const back = rollback(registry, { model: MODEL, reason: "r", actor: ADA, idempotencyKey: "k" });
    await expect(back).rejects.toThrow(
      'idempotencyKey "k" belongs to another request: you sent it with a promote.',
    );
    expect(production(registry)).toBe("chest-xray@2");
    expect(moves(registry)).toBe(2);
  });

  test("what says the same with its defaults spelled out is the same request", async () => {
    const registry = await openFour();
    const first = await promote(registry, to("2"));
    expect(await promote(registry, to("2", { alias: "production", force: false }))).toEqual(first);
    expect(moves(registry)).toBe(2);
  });

  test.each([
    ["a conflict", to("2", { expectedCurrent: "chest-xray@3" }), "conflict"],
    ["a refusal", to("4"), "refused"],
    ["what changed nothing", to("1"), "promoted"],
    ["a promotion", to("2"), "promoted"],
  ])(
    "%s is answered as the first time after somebody else's move, and nothing moves",
    async (_, input, kind) => {
      const registry = await openFour();
      const first = await promote(registry, input);
      expect(first.kind).toBe(kind);
      await promote(registry, { version: "chest-xray@3", reason: "meanwhile", actor: BOB_APPROVER });
      await setPolicy(registry, {
        model: MODEL,
        policy: ANYTHING,
        actor: ADA,
      });
      const [before, commits] = [moves(registry), registry.state.logNumber];
      expect(await promote(registry, input)).toEqual(first);
      const another = await openRegistry({ store: registry.store, logger: SILENT });
      expect(await promote(another, input)).toEqual(first);
      expect(production(registry)).toBe("chest-xray@3");
      expect([moves(registry), another.state.logNumber]).toEqual([before, commits]);
    },
  );

  test("a rollback that found nothing to go back to finds nothing again, and one that was done is done once", async () => {
    const registry = await openFour();
    const input = { model: MODEL, reason: "r", actor: ADA, idempotencyKey: "k" };
    await expect(rollback(registry, input)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: /no earlier version/,
    });
    for (const version of ["2", "3"])
      await promote(registry, to(version, { idempotencyKey: `to ${version}` }));
    await expect(rollback(registry, input)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: /no earlier version/,
    });
    expect(production(registry)).toBe("chest-xray@3");
    const back = { ...input, idempotencyKey: "back" };
    expect(await rollback(registry, back)).toEqual(await rollback(registry, back));
    expect(production(registry)).toBe("chest-xray@2");
  });

  test("twenty at once with one key are one promotion, over lost answers and several processes", async () => {
    const store = memoryStore();
    await openFour(store);
    const registries = await Promise.all(
      Array.from({ length: 5 }, () =>
        openRegistry({
          store: retrying(loseAnswers(store, { times: 3 }), { firstWaitMs: 1 }),
          logger: SILENT,
        }),
      ),
    );
    const asked = Array.from({ length: 20 }, (_, i) =>
      promote(registries[i % 5]!, to(i < 10 ? "2" : "3")).catch((error) => error),
    );
    const answers = await Promise.all(asked);
    const promoted = answers.filter((answer) => answer.kind === "promoted");
    const refused = answers.filter((answer) => answer.code === "BAD_INPUT");
    expect([promoted.length, refused.length]).toEqual([10, 10]);
    expect(new Set(promoted.map(({ promotion }) => promotion.id))).toEqual(
      new Set(["chest-xray/production/2"]),
    );
  });

  test("what was thrown is no answer: once the version is there, the same request is decided", async () => {
    const registry = await openFour();
    expect(await outcome(promote(registry, to("5")))).toBe("NOT_FOUND");
    await register(registry, { seed: 5 });
    expect((await promote(registry, to("5"))).kind).toBe("promoted");
  });

  test("an artifact that is damaged by then does not change the answer of what was promoted before", async () => {
    const registry = await openFour();
    const first = await promote(registry, to("2"));
    const { artifact } = registry.state.models.get(MODEL)!.versions.get(1)!;
    await registry.store.delete(`artifacts/${artifact}`);
    expect(await promote(registry, to("2"))).toEqual(first);
  });
});

const BOB_APPROVER = { ...BOB, role: "approver" as const };

describe("every other mutation with a key", () => {
  const RECIPE = { name: "residual-16k", digest: hash(0xc01) };
  const sample = makeSample({ seed: 9 });

  /** By command: a request, and others that ask for something else. */
  const requests: [string, (registry: Registry, input: Mutation, isOther: boolean) => Promise<unknown>][] = [
    [
      "createModel",
      (registry, input, isOther) =>
        createModel(registry, { ...input, name: "hand", description: isOther ? "fingers" : "bones" }),
    ],
    [
      "setPolicy",
      (registry, input, isOther) =>
        setPolicy(registry, {
          ...input,
          model: MODEL,
          policy: policyOn("validation", { auc: isOther ? 0.5 : 0.6 }),
        }),
    ],
    [
      "registerVersion",
      (registry, input, isOther) =>
        registerVersion(registry, {
          ...input,
          artifact: sample.artifact,
          facts: { ...sample.facts, tags: isOther ? { site: "Bonn" } : {} },
          evaluations: sample.evaluations,
        }),
    ],
    [
      "recordEvaluation",
      (registry, input, isOther) => {
        const [evaluation] = makeSample({ seed: 2, sets: ["test"], otherImages: isOther }).evaluations;
        return recordEvaluation(registry, { ...input, version: "chest-xray@2", evaluation: evaluation! });
      },
    ],
    [
      "startRun",
      (registry, input, isOther) =>
        startRun(registry, {
          ...input,
          model: MODEL,
          recipe: RECIPE,
          dataset: isOther ? "adults" : "kermany",
          executor: "child",
        }),
    ],
    [
      "finishRun",
      (registry, input, isOther) =>
        finishRun(registry, { ...input, runId: runsOf(registry)[isOther ? 1 : 0]!, outcome: "FAILED" }),
    ],
    [
      "cancelRun",
      (registry, input, isOther) =>
        cancelRun(registry, { ...input, runId: runsOf(registry)[isOther ? 1 : 0]! }),
    ],
  ];

  const runsOf = ({ state }: Registry): string[] => [...state.runs.keys()];

  async function prepare(): Promise<Registry> {
    const registry = await openFour();
    await registry.store.create(`artifacts/${sample.artifact}`, sample.bytes);
    for (const dataset of ["one", "two"])
      await startRun(registry, { model: MODEL, recipe: RECIPE, dataset, executor: "child", actor: ADA });
    return registry;
  }

  test.each(requests)(
    "%s happens once; the same key with other input, or of another command, is refused",
    async (name, ask) => {
      const registry = await prepare();
      const input = { actor: ADA, idempotencyKey: "k" };
      const first = await ask(registry, { ...input, requestId: "first" }, false);
      const { events } = (await readCommit(registry.store, registry.state.logNumber))!;
      expect(events).toEqual(events.map(() => expect.objectContaining({ requestId: "first" })));
      const [before, objects] = [registry.state.logNumber, await keysOf(registry.store, "")];
      expect(await ask(registry, { ...input, requestId: "second" }, false)).toEqual(first);
      await expect(ask(registry, input, true)).rejects.toThrow(
        `idempotencyKey "k" belongs to another request: you sent it with a ${name} that asked for something else`,
      );
      await expect(promote(registry, to("2"))).rejects.toThrow(`you sent it with a ${name}.`);
      expect(registry.state.logNumber).toBe(before);
      expect(await keysOf(registry.store, "")).toEqual(objects); // neither evaluations nor a wish to stop
      expect(await outcome(ask(registry, { ...input, actor: BOB_APPROVER }, true))).not.toBe("BAD_INPUT");
    },
  );

  test("a cancellation that was asked for before the process was killed is asked for again", async () => {
    const registry = await prepare();
    const [runId] = runsOf(registry);
    const input = { runId: runId!, actor: ADA, idempotencyKey: "stop" };
    await cancelRun(registry, input);
    await registry.store.delete(`runs/${runId}/cancel`);
    const run = await cancelRun(registry, input);
    expect((await readRunProgress(registry, run)).cancelRequested).toBe(true);
  });

  test.each(["", "x".repeat(129)])("a key of %j is no key", async (idempotencyKey) => {
    const registry = await openFour();
    const problem = `idempotencyKey has ${idempotencyKey.length} characters, expected 1 to 128`;
    await expect(promote(registry, to("2", { idempotencyKey }))).rejects.toThrow(problem);
    await expect(promote(registry, to("1", { idempotencyKey }))).rejects.toThrow(problem);
    expect(production(registry)).toBe("chest-xray@1");
  });
});

test("a key is remembered over snapshots, by a process that read nothing else", async () => {
  const store = memoryStore();
  const { registry: first } = await openSample(store);
  for (const seed of [1, 2, 3]) await register(first, { seed });
  const registry = await openRegistry({ store, snapshotEvery: 1, logger: SILENT });
  await promote(registry, to("1", { idempotencyKey: "first" }));
  const conflict = await promote(registry, to("2", { expectedCurrent: "chest-xray@3" }));
  for (let n = 0; n < 5; n++) await createModel(registry, { name: `m${n}`, description: "", actor: ADA });
  await registry.snapshotsWritten;
  const another = await openRegistry({ store, logger: SILENT });
  expect(await promote(another, to("2", { expectedCurrent: "chest-xray@3" }))).toEqual(conflict);
  expect(await outcome(promote(another, to("3")))).toBe("BAD_INPUT");
  expect(production(another)).toBe("chest-xray@1");
});
