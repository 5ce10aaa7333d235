import {
  checkPolicy,
  createModel,
  DEFAULT_POLICY,
  promote,
  setPolicy,
  smallestAccurate,
} from "@radlite/registry/commands";
import type { Policy, Registry } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { keysOf, outcome } from "../store/writes.ts";
import { ADA, MODEL, openSample, register } from "./sample.ts";

/** No minimum at all. */
const ANYTHING: Policy = {
  ...DEFAULT_POLICY,
  minSensitivity: 0,
  minSpecificity: 0,
  minAuc: 0,
  maxAucDrop: 1,
};

const failed = (registry: Registry, version: Parameters<typeof checkPolicy>[1], policy?: Policy) =>
  checkPolicy(registry.state, version, policy ? { policy } : {}).map(({ rule }) => rule);

test("the default policy is that of the architecture, and a model has it from its first commit", async () => {
  const { registry, store } = await openSample();
  expect(registry.state.models.get(MODEL)?.policy).toEqual({
    set: "validation",
    bound: "low",
    minSensitivity: 0.9,
    minSpecificity: 0.6,
    minAuc: 0.95,
    maxAucDrop: 0.01,
  });
  expect(await keysOf(store, "log/")).toHaveLength(1);
});

describe("a minimum", () => {
  test("is held against the lower end of the interval, not the figure", async () => {
    const { registry } = await openSample();
    const enough = await register(registry, { seed: 1, missed: 10, falseAlarms: 30 }); // 0.9104 and 0.6042
    const tooFew = await register(registry, { seed: 2, missed: 15, falseAlarms: 40 }); // 0.8800 and 0.5020
    expect(checkPolicy(registry.state, enough)).toEqual([]);
    const [sensitivity, specificity] = checkPolicy(registry.state, tooFew);
    expect(sensitivity).toEqual({ rule: "minSensitivity", limit: 0.9, actual: expect.closeTo(0.8799564, 6) });
    expect(specificity).toEqual({ rule: "minSpecificity", limit: 0.6, actual: expect.closeTo(0.5020026, 6) });
    expect(failed(registry, tooFew, { ...DEFAULT_POLICY, bound: "value" })).toEqual([]); // 0.925, 0.60, 0.97
  });

  test("met exactly is met", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, missed: 10, falseAlarms: 30 });
    const exact = {
      ...ANYTHING,
      bound: "value" as const,
      minSensitivity: 0.95,
      minSpecificity: 0.7,
      minAuc: 0.985,
    };
    expect(failed(registry, version, exact)).toEqual([]);
    expect(failed(registry, version, { ...exact, minSensitivity: 0.951 })).toEqual(["minSensitivity"]);
    expect(failed(registry, version, { ...exact, minSpecificity: 0.701 })).toEqual(["minSpecificity"]);
    expect(failed(registry, version, { ...exact, minAuc: 0.9851 })).toEqual(["minAuc"]);
  });

  test("needs an evaluation on the policy's own set", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, sets: ["validation"] });
    expect(checkPolicy(registry.state, version, { policy: { ...ANYTHING, set: "test" } })).toEqual([
      { rule: "evaluation", limit: 1, actual: 0 },
    ]);
    const bare = await register(registry, { seed: 2, isSealed: false, sets: [] });
    expect(failed(registry, bare, ANYTHING)).toEqual(["operatingPoint", "evaluation"]);
  });
});

describe("the drop against production", () => {
  // AUC of a set: 1 - missed·falseAlarms / 20000 here, since only a missed one loses, to a false alarm.
  test("is measured between point estimates and may be as large as maxAucDrop", async () => {
    const { registry } = await openSample();
    await setPolicy(registry, { model: MODEL, policy: { ...ANYTHING, maxAucDrop: 0.01 }, actor: ADA });
    const production = await register(registry, { seed: 1 }); // AUC 1
    await promote(registry, { version: production.id, reason: "first", actor: ADA });
    const atLimit = await register(registry, { seed: 2, missed: 10, falseAlarms: 20 }); // 0.99
    const below = await register(registry, { seed: 3, missed: 10, falseAlarms: 21 }); // 0.9895
    expect(failed(registry, atLimit)).toEqual([]);
    expect(checkPolicy(registry.state, below)).toEqual([
      { rule: "maxAucDrop", limit: 0.01, actual: expect.closeTo(0.0105, 9) },
    ]);
  });

  test("is no rule while nothing is in production, or production was not evaluated on the set", async () => {
    const { registry } = await openSample();
    const policy: Policy = { ...ANYTHING, set: "test", maxAucDrop: 0 };
    const candidate = await register(registry, {
      seed: 2,
      missed: 50,
      falseAlarms: 50,
      sets: ["test"],
      isSealed: true,
    });
    expect(failed(registry, candidate, policy)).toEqual([]);
    const production = await register(registry, { seed: 1, sets: ["validation"] });
    await promote(registry, { version: production.id, reason: "first", actor: ADA });
    expect(failed(registry, candidate, policy)).toEqual([]);
  });
});

describe("smallestAccurate", () => {
  test("is the smallest file among those that pass; the better AUC, then the older, breaks a tie", async () => {
    const { registry } = await openSample();
    await register(registry, { seed: 1, labels: 40 });
    await register(registry, { seed: 2, labels: 4, missed: 100 }); // small, and far from accurate
    await register(registry, { seed: 3, labels: 20, missed: 4, falseAlarms: 4 });
    const best = await register(registry, { seed: 4, labels: 20, missed: 2, falseAlarms: 2 });
    await register(registry, { seed: 5, labels: 20, missed: 2, falseAlarms: 2 });
    expect(smallestAccurate(registry.state, { model: MODEL })?.id).toBe(best.id);
    expect(smallestAccurate(registry.state, { model: MODEL, policy: ANYTHING })?.id).toBe("chest-xray@2");
    expect(
      smallestAccurate(registry.state, { model: MODEL, policy: { ...DEFAULT_POLICY, minAuc: 1 } }),
    ).toBeUndefined();
  });

  test("does not look at production: it may be production itself, or far better", async () => {
    const { registry } = await openSample();
    const large = await register(registry, { seed: 1, labels: 50 });
    const small = await register(registry, { seed: 2, missed: 10, falseAlarms: 25 });
    await promote(registry, { version: large.id, reason: "first", actor: ADA });
    expect(smallestAccurate(registry.state, { model: MODEL })?.id).toBe(small.id);
  });
});

describe("models and policies", () => {
  test("a model is created once; with its key the same call answers the same model", async () => {
    const { registry, store } = await openSample();
    const input = { name: "hand", description: "bones", actor: ADA, idempotencyKey: "hand-1" };
    const model = await createModel(registry, input);
    expect(await createModel(registry, input)).toEqual(model);
    expect(await keysOf(store, "log/")).toHaveLength(2);
    expect(await outcome(createModel(registry, { ...input, idempotencyKey: "hand-2" }))).toBe("CONFLICT");
    expect(await outcome(createModel(registry, { ...input, name: "foot" }))).toBe("BAD_INPUT");
  });

  test.each(["", "Chest", "chest_xray", "-a", "a-", "a/b", "a@1", "..", "x".repeat(64)])(
    "%j is no name",
    async (name) => {
      const { registry } = await openSample();
      expect(await outcome(createModel(registry, { name, description: "", actor: ADA }))).toBe("BAD_INPUT");
    },
  );

  test("a policy with a field that is out of range names it", async () => {
    const { registry } = await openSample();
    for (const change of [
      { minAuc: 1.5 },
      { minSensitivity: -0.1 },
      { maxAucDrop: Number.NaN },
      { set: "Train" },
      { bound: "high" },
    ]) {
      const policy = { ...DEFAULT_POLICY, ...change } as Policy;
      await expect(setPolicy(registry, { model: MODEL, policy, actor: ADA })).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringContaining(`policy.${Object.keys(change)[0]}`),
      });
    }
  });
});
