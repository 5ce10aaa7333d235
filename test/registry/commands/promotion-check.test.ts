/** A promotion that is tried says what the promotion would say. */
import { checkPromotion, failedAmong, promote } from "@radlite/registry/commands";
import { memoryStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { ADA, MODEL, makeSample, openSample, register } from "./sample.ts";

const check = async ({ registry }: Awaited<ReturnType<typeof openSample>>, version: string, more = {}) =>
  checkPromotion(registry, await registry.refresh(), { version, ...more });

test("every rule has its limit and the actual figure, and those that fail are those that refuse", async () => {
  const sample = await openSample();
  const { registry } = sample;
  await register(registry, { seed: 1, missed: 10, falseAlarms: 30 });
  await register(registry, { seed: 2, missed: 15, falseAlarms: 40 });

  const good = await check(sample, "chest-xray@1");
  expect(good).toMatchObject({ passes: true, canBeForced: true, current: undefined });
  expect(good.rules.map(({ rule, figure, passes }) => [figure ?? rule, passes])).toEqual([
    ["artifact", true],
    ["operatingPoint", true],
    ["notArchived", true],
    ["evaluation", true],
    ["sensitivity", true],
    ["specificity", true],
    ["auc", true],
    ["maxAucDrop", true],
  ]);
  expect(good.rules.at(-1)).toEqual({
    ...{ rule: "maxAucDrop", set: "validation", limit: 0.01, passes: true }, // against nothing
  });

  const bad = await check(sample, "chest-xray@2");
  const refused = await promote(registry, { version: "chest-xray@2", reason: "a test", actor: ADA });
  expect(bad).toMatchObject({ passes: false, canBeForced: true });
  expect(refused).toEqual({ kind: "refused", failedRules: failedAmong(bad.rules) });
  expect(failedAmong(bad.rules).map(({ figure }) => figure)).toEqual(["sensitivity", "specificity"]);

  await promote(registry, { version: "chest-xray@1", reason: "a test", actor: ADA });
  const after = await check(sample, "chest-xray@2");
  expect(after.current?.id).toBe("chest-xray@1");
  expect(after.rules.at(-1)).toMatchObject({ rule: "maxAucDrop", actual: expect.any(Number) });
  expect((await check(sample, "chest-xray@2", { alias: "staging" })).current).toBeUndefined();
});

test("a set without an evaluation leaves its minimums without a figure; one rule of it refuses", async () => {
  const sample = await openSample();
  await register(sample.registry, { seed: 1 });
  const rules = [{ set: "test", figure: "auc", bound: "low", min: 0.9 }] as const;
  const policy = { rules, maxAucDrop: 0.01, dropOn: "validation" };

  const { passes, rules: checked } = await check(sample, "chest-xray@1", { policy });

  expect(passes).toBe(false);
  expect(checked.filter(({ set }) => set === "test")).toEqual([
    { rule: "evaluation", set: "test", limit: 1, actual: 0, passes: false },
    { rule: "minimum", set: "test", figure: "auc", bound: "low", limit: 0.9, passes: false },
  ]);
  expect(failedAmong(checked).map(({ rule }) => rule)).toEqual(["evaluation"]);
});

test("a damaged file and a missing seal cannot be forced", async () => {
  const store = memoryStore();
  const sample = await openSample(store);
  const { artifact } = await register(sample.registry, { seed: 1 });
  await store.delete(`artifacts/${artifact}`);
  expect(await check(sample, "chest-xray@1")).toMatchObject({ passes: false, canBeForced: false });
});

test.each([
  [{ version: "chest-xray@9" }, "NOT_FOUND"],
  [{ alias: "No Name" }, "BAD_INPUT"],
  [{ policy: { rules: [], maxAucDrop: 2, dropOn: "validation" } }, "BAD_INPUT"],
  [{ policy: { rules: [], maxAucDrop: 0, dropOn: "nowhere" } }, "BAD_INPUT"],
])("what cannot be tried is refused: %#", async (more, code) => {
  const sample = await openSample();
  await register(sample.registry, { seed: 1 });
  expect(makeSample({ seed: 1 }).facts.model).toBe(MODEL);
  await expect(check(sample, "chest-xray@1", more)).rejects.toMatchObject({ code });
});
