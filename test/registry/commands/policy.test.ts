import {
  createModel,
  DEFAULT_POLICY,
  findFailedRules,
  policyAt,
  promote,
  setPolicy,
  smallestAccurate,
} from "@radlite/registry/commands";
import { openRegistry, type Policy, type Registry, type Version } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { ANYTHING, policyOn, VALIDATION_POLICY } from "../policies.ts";
import { keysOf, outcome } from "../store/writes.ts";
import { ADA, MODEL, openSample, register } from "./sample.ts";

const broken = (registry: Registry, version: Version, policy?: Policy) =>
  findFailedRules(registry.state, version, policy ? { policy } : {});

/** What each broken rule is about: the figure of a minimum, else the rule. */
const failed = (registry: Registry, version: Version, policy?: Policy) =>
  broken(registry, version, policy).map(({ rule, figure }) => figure ?? rule);

test("the default policy is that of the architecture, and a model has it from its first commit", async () => {
  const store = memoryStore();
  const registry = await openRegistry({ store });
  await createModel(registry, { name: MODEL, description: "", actor: ADA });
  expect(registry.state.models.get(MODEL)?.policies).toEqual([
    {
      rules: [
        { set: "validation", figure: "sensitivity", bound: "low", min: 0.9 },
        { set: "validation", figure: "specificity", bound: "low", min: 0.6 },
        { set: "validation", figure: "auc", bound: "low", min: 0.95 },
        { set: "stress", figure: "lowestSpecificity", bound: "value", min: 0.89 },
        { set: "stress", figure: "lowestSensitivity", bound: "value", min: 0.65 },
      ],
      maxAucDrop: 0.01,
      dropOn: "validation",
      at: expect.any(String),
      actor: ADA,
      logNumber: 1,
    },
  ]);
  expect(await keysOf(store, "log/")).toHaveLength(1);
});

describe("a minimum", () => {
  test("is held against the lower end of the interval, not the figure", async () => {
    const { registry } = await openSample();
    const enough = await register(registry, { seed: 1, missed: 10, falseAlarms: 30 }); // 0.9104 and 0.6042
    const tooFew = await register(registry, { seed: 2, missed: 15, falseAlarms: 40 }); // 0.8800 and 0.5020
    expect(broken(registry, enough)).toEqual([]);
    expect(broken(registry, tooFew)).toEqual([
      {
        ...{ rule: "minimum", set: "validation", figure: "sensitivity", bound: "low" },
        ...{ limit: 0.9, actual: expect.closeTo(0.8799564, 6) },
      },
      {
        ...{ rule: "minimum", set: "validation", figure: "specificity", bound: "low" },
        ...{ limit: 0.6, actual: expect.closeTo(0.5020026, 6) },
      },
    ]);
    const byValue = policyOn(
      "validation",
      { sensitivity: 0.9, specificity: 0.6, auc: 0.95 },
      { bound: "value" },
    );
    expect(failed(registry, tooFew, byValue)).toEqual([]); // 0.925, 0.60, 0.97
  });

  test("met exactly is met", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, missed: 10, falseAlarms: 30 });
    const exact = {
      sensitivity: 0.95,
      specificity: 0.7,
      auc: 0.985,
      accuracy: 260 / 300,
      balancedAccuracy: 0.825,
    };
    const ask = (more: Partial<typeof exact>) =>
      failed(registry, version, policyOn("validation", { ...exact, ...more }, { bound: "value" }));
    expect(ask({})).toEqual([]);
    expect(ask({ sensitivity: 0.951 })).toEqual(["sensitivity"]);
    expect(ask({ specificity: 0.701 })).toEqual(["specificity"]);
    expect(ask({ auc: 0.9851 })).toEqual(["auc"]);
    expect(ask({ accuracy: 0.867 })).toEqual(["accuracy"]);
    expect(ask({ balancedAccuracy: 0.8251 })).toEqual(["balancedAccuracy"]);
  });

  test("needs an evaluation on the policy's own set", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, sets: ["validation"] });
    const onTest = policyOn("test", { sensitivity: 0, auc: 0 });
    expect(broken(registry, version, onTest)).toEqual([
      { rule: "evaluation", set: "test", limit: 1, actual: 0 },
    ]);
    const bare = await register(registry, { seed: 2, isSealed: false, sets: [] });
    expect(failed(registry, bare, onTest)).toEqual(["operatingPoint", "evaluation"]);
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
    expect(broken(registry, below)).toEqual([
      { rule: "maxAucDrop", set: "validation", limit: 0.01, actual: expect.closeTo(0.0105, 9) },
    ]);
  });

  test("is no rule while nothing is in production, or production was not evaluated on the set", async () => {
    const { registry } = await openSample();
    const policy = policyOn("test", {}, { maxAucDrop: 0 });
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
      smallestAccurate(registry.state, { model: MODEL, policy: policyOn("validation", { auc: 1 }) }),
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
    const rule = { set: "validation", figure: "auc", bound: "low", min: 0.9 };
    for (const [field, change] of [
      ["rules.0.min", { rules: [{ ...rule, min: 1.5 }] }],
      ["rules.0.min", { rules: [{ ...rule, min: -0.1 }] }],
      ["rules.1.figure", { rules: [rule, { ...rule, figure: "ece" }] }],
      ["rules.0.set", { rules: [{ ...rule, set: "train/test" }] }],
      ["rules.0.bound", { rules: [{ ...rule, bound: "high" }] }],
      ["rules is 33", { rules: Array.from({ length: 33 }, () => rule) }],
      ["maxAucDrop", { maxAucDrop: Number.NaN }],
      ["dropOn", { dropOn: "" }],
    ] as const) {
      const policy = { ...DEFAULT_POLICY, ...change } as Policy;
      await expect(setPolicy(registry, { model: MODEL, policy, actor: ADA })).rejects.toMatchObject({
        code: "BAD_INPUT",
        message: expect.stringContaining(`policy.${field}`),
      });
    }
  });

  test("every policy that held can be read, with who set it and why", async () => {
    const { registry, clock } = await openSample();
    const first = new Date(clock.now).toISOString();
    clock.now += 60_000;
    await setPolicy(registry, { model: MODEL, policy: ANYTHING, reason: "for a trial", actor: ADA });
    const second = new Date(clock.now).toISOString();
    expect(policyAt(registry.state, { model: MODEL, at: first })).toMatchObject(VALIDATION_POLICY);
    expect(policyAt(registry.state, { model: MODEL, at: second })).toEqual({
      ...ANYTHING,
      ...{ reason: "for a trial", at: second, actor: ADA, logNumber: 2 },
    });
    expect(policyAt(registry.state, { model: MODEL, at: "2020-01-01T00:00:00.000Z" })).toBeUndefined();
  });
});
