/**
 * One fault at each place where there can be one: a call that fails, or a write whose answer is lost. A store that
 * repeats what failed gives the same answers and leaves the same objects as one without faults; so does a caller that
 * repeats a request with its key over a store that does not.
 */
import { encodeGate } from "@radlite/model/verdict/gate";
import {
  cancelRun,
  createModel,
  finishRun,
  fsck,
  heartbeat,
  promote,
  recordEpoch,
  recordEvaluation,
  registerVersion,
  rollback,
  setGate,
  setPolicy,
  startRun,
  takeTrainingSlot,
  uploadArtifact,
} from "@radlite/registry/commands";
import { openRegistry, pointerKey, type Registry } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, retrying } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { drawGate } from "../../model/verdict/gate/gates.ts";
import { hash } from "../log/sample-events.ts";
import { policyOn, VALIDATION_POLICY } from "../policies.ts";
import { failNth, loseNth } from "../store/doubles.ts";
import { bytesOf, codeOf, keysOf } from "../store/writes.ts";
import { ADA, MODEL, makeSample, SILENT } from "./sample.ts";

const CALLS = ["get", "create", "replace", "delete"] as const;

type Step = (registry: Registry, clock: { now: number }) => Promise<unknown>;

const keyed = (idempotencyKey: string) => ({ actor: ADA, idempotencyKey });

const register =
  (seed: number): Step =>
  async (registry) => {
    const { bytes, ...sample } = makeSample({ seed });
    await uploadArtifact(registry.store, bytes);
    return registerVersion(registry, { ...sample, ...keyed(`register ${seed}`) });
  };

/** Mutations, each with a key. */
const MUTATIONS: Step[] = [
  (registry) =>
    createModel(registry, { name: MODEL, description: "", policy: VALIDATION_POLICY, ...keyed("model") }),
  register(1),
  register(2),
  (registry) => promote(registry, { version: "chest-xray@1", reason: "first", ...keyed("one") }),
  (registry) =>
    promote(registry, {
      version: "chest-xray@2",
      expectedCurrent: null,
      reason: "late",
      ...keyed("conflict"),
    }),
  (registry) => promote(registry, { version: "chest-xray@2", reason: "smaller", ...keyed("two") }),
  (registry) => rollback(registry, { model: MODEL, reason: "worse", ...keyed("back") }),
  (registry) =>
    setPolicy(registry, { model: MODEL, policy: policyOn("validation", { auc: 0.5 }), ...keyed("policy") }),
  async (registry) => {
    const artifact = await uploadArtifact(registry.store, encodeGate(drawGate(1)));
    return setGate(registry, { model: MODEL, artifact, reason: "ours", ...keyed("gate") });
  },
  (registry) => {
    const [evaluation] = makeSample({ seed: 2, sets: ["test"] }).evaluations;
    return recordEvaluation(registry, { version: "chest-xray@2", evaluation: evaluation!, ...keyed("test") });
  },
  (registry) =>
    startRun(registry, {
      ...{
        model: MODEL,
        recipe: { name: "r", digest: hash(1) },
        dataset: "d",
        executor: "child",
        ...keyed("run"),
      },
    }),
  (registry) => cancelRun(registry, { runId: runOf(registry), ...keyed("cancel") }),
  (registry) => finishRun(registry, { runId: runOf(registry), outcome: "CANCELLED", ...keyed("finish") }),
];

const runOf = ({ state }: Registry): string => [...state.runs.keys()][0]!;

/** What lies beside the log and is written by whoever owns it. */
const OTHERS: Step[] = [
  (registry) => heartbeat(registry, { runId: runOf(registry) }),
  (registry, clock) => {
    clock.now += 15_000;
    return heartbeat(registry, { runId: runOf(registry) });
  },
  (registry) => recordEpoch(registry, { runId: runOf(registry), epoch: 1, epochs: 2, figures: { loss: 1 } }),
  async (registry, clock) => {
    const lease = (await takeTrainingSlot(registry, { host: "box", slots: 1, runId: "r" }))!;
    clock.now += 20_000;
    await lease.renew();
    await lease.release();
    return lease.slot;
  },
  async (registry) => {
    const there = (await registry.store.get(pointerKey(MODEL, "production")))!;
    await registry.store
      .replace(pointerKey(MODEL, "production"), bytesOf("damaged"), there.etag)
      .catch((error) => {
        if (codeOf(error) !== "CONFLICT") throw error; // it is damaged all the same
      });
    return (await fsck(registry.store, { rebuild: true })).problems;
  },
];

interface Course {
  answers: unknown[];
  objects: Map<string, string>;
}

/** @param patience how often a step is asked for again when it is UNAVAILABLE. */
async function run(
  store: ObjectStore,
  faulty: ObjectStore,
  steps: Step[],
  patience: number,
): Promise<Course> {
  const clock = { now: Date.UTC(2026, 10, 30) };
  const options = { clock: () => clock.now, random: () => 0.5, logger: SILENT, snapshotEvery: 4 };
  let registry: Registry | undefined;
  const answers: unknown[] = [];
  for (const step of steps) {
    for (let left = patience; ; left--) {
      try {
        registry ??= await openRegistry({ ...options, store: faulty });
        answers.push(await step(registry, clock));
        break;
      } catch (error) {
        if (codeOf(error) !== "UNAVAILABLE" || left === 0) throw error;
      }
    }
  }
  await openRegistry({ ...options, store }); // writes the pointer that a promoter could not
  const objects = new Map<string, string>();
  for (const key of await keysOf(store, "")) {
    if (!key.startsWith("snapshot/")) objects.set(key, Buffer.from((await store.get(key))!.bytes).toString());
  }
  return { answers, objects };
}

async function expectSame(
  steps: Step[],
  break_: (store: ObjectStore, n: number) => ObjectStore,
  patience: number,
): Promise<number> {
  const sound = memoryStore();
  const expected = await run(sound, sound, steps, 0);
  const broken: number[] = [];
  for (let n = 1; ; n++) {
    const store = memoryStore();
    let isBroken = false;
    const faulty = break_({ ...store }, n);
    const watched = watch(faulty, () => (isBroken = true));
    const { answers, objects } = await run(
      store,
      patience ? watched : retrying(watched, { firstWaitMs: 0 }),
      steps,
      patience,
    );
    expect(answers, `fault ${n}`).toEqual(expected.answers);
    expect([...objects], `fault ${n}`).toEqual([...expected.objects]);
    expect((await fsck(store)).problems, `fault ${n}`).toEqual([]);
    if (!isBroken) return broken.length; // there is no n-th call
    broken.push(n);
  }
}

/** Reports whether anything was UNAVAILABLE. */
function watch(store: ObjectStore, notice: () => void): ObjectStore {
  const tell = (error: unknown): never => {
    if (codeOf(error) === "UNAVAILABLE") notice();
    throw error;
  };
  return {
    ...store,
    get: ((key: string, condition: object = {}) =>
      store.get(key, condition).catch(tell)) as ObjectStore["get"],
    create: (key, bytes) => store.create(key, bytes).catch(tell),
    replace: (key, bytes, etag) => store.replace(key, bytes, etag).catch(tell),
    delete: (key) => store.delete(key).catch(tell),
  };
}

describe("a store that repeats", () => {
  test("hides the lost answer to any one write", async () => {
    expect(await expectSame([...MUTATIONS, ...OTHERS], loseNth, 0)).toBeGreaterThan(30);
  });

  test("hides the failure of any one call", async () => {
    expect(
      await expectSame([...MUTATIONS, ...OTHERS], (store, n) => failNth(store, n, CALLS), 0),
    ).toBeGreaterThan(100);
  });
});

describe("a caller that repeats with a key", () => {
  test("over a store that loses the answer to any one write", async () => {
    expect(await expectSame(MUTATIONS, loseNth, 2)).toBeGreaterThan(20);
  });

  test("over a store of which any one call fails", async () => {
    expect(await expectSame(MUTATIONS, (store, n) => failNth(store, n, CALLS), 2)).toBeGreaterThan(60);
  });
});
