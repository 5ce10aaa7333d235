import { expect, test } from "vitest";
import { addVersion, createChestRegistry, MODEL } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const OUTCOME = `
  __typename
  ... on Promoted { promotion { id ordinal movement reason forced at actor { name role } model { id } version { id } previous { id } } }
  ... on Conflict { current { id } }`;

const PROMOTE = `mutation ($input: PromoteInput!) { promote(input: $input) { ${OUTCOME}
  ... on Refused { failedRules { rule set figure bound limit actual } } } }`;

const ROLLBACK = `mutation ($input: RollbackInput!) { rollback(input: $input) { ${OUTCOME} } }`;

async function prepare(...wrong: number[]) {
  const registry = await createChestRegistry();
  for (const [i, count] of wrong.entries()) await addVersion(registry, { seed: i + 1, wrong: count });
  return { registry, ask: createClient(registry) };
}

test("a version that passes the policy is promoted, and the history says by whom and why", async () => {
  const { ask } = await prepare(2, 1);

  const first = await ask(PROMOTE, {
    input: { version: "chest-xray@1", expectedCurrent: null, reason: "first" },
  });
  const second = await ask(PROMOTE, {
    input: { version: "chest-xray@2", expectedCurrent: "chest-xray@1", reason: "better" },
  });

  expect(first.data.promote).toMatchObject({
    __typename: "Promoted",
    promotion: {
      id: "chest-xray/production/1",
      ordinal: 1,
      movement: "PROMOTION",
      reason: "first",
      forced: false,
      actor: { name: "ada", role: "APPROVER" },
      model: { id: MODEL },
      version: { id: "chest-xray@1" },
      previous: null,
    },
  });
  expect(second.data.promote.promotion.previous).toEqual({ id: "chest-xray@1" });
  const { data } = await ask(
    `query ($model: ID!, $at: DateTime!) {
      now: production(model: $model) { id }
      earlier: production(model: $model, at: $at) { id }
      before: production(model: $model, at: "2020-01-01T00:00:00Z") { id }
      model(name: $model) { production { id } }
      history(model: $model) { totalCount edges { node { ordinal reason version { id } } } }
    }`,
    { model: MODEL, at: first.data.promote.promotion.at },
  );
  expect(data).toEqual({
    now: { id: "chest-xray@2" },
    earlier: { id: "chest-xray@1" },
    before: null,
    model: { production: { id: "chest-xray@2" } },
    history: {
      totalCount: 2,
      edges: [
        { node: { ordinal: 2, reason: "better", version: { id: "chest-xray@2" } } },
        { node: { ordinal: 1, reason: "first", version: { id: "chest-xray@1" } } },
      ],
    },
  });
});

test("a version that breaks the policy is refused with each rule it breaks", async () => {
  const { ask } = await prepare(40);

  const { data, errors } = await ask(PROMOTE, { input: { version: "chest-xray@1", reason: "hope" } });

  expect(errors).toBeUndefined();
  expect(data.promote.__typename).toBe("Refused");
  const minimum = { rule: "MINIMUM", set: "validation", bound: "LOW" };
  expect(data.promote.failedRules).toEqual([
    // the lower end of Wilson for 60 of 100
    { ...minimum, figure: "SENSITIVITY", limit: 0.9, actual: expect.closeTo(0.502, 3) },
    { ...minimum, figure: "SPECIFICITY", limit: 0.6, actual: expect.closeTo(0.502, 3) },
    { ...minimum, figure: "AUC", limit: 0.95, actual: expect.any(Number) },
  ]);
  const after = await ask(
    `{ production(model: "chest-xray") { id } history(model: "chest-xray") { totalCount } }`,
  );
  expect(after.data).toEqual({ production: null, history: { totalCount: 0 } });
});

test("a promotion that expects another version in production is a conflict that shows which is", async () => {
  const { ask } = await prepare(2, 1);
  const promote = async (version: string, expected: object) =>
    (await ask(PROMOTE, { input: { version, reason: "try", ...expected } })).data.promote;

  expect(await promote("chest-xray@2", { expectedCurrent: "chest-xray@1" })).toEqual({
    __typename: "Conflict",
    current: null,
  });
  expect((await promote("chest-xray@1", { expectedCurrent: null })).__typename).toBe("Promoted");
  expect(await promote("chest-xray@2", { expectedCurrent: null })).toEqual({
    __typename: "Conflict",
    current: { id: "chest-xray@1" },
  });
  expect((await promote("chest-xray@2", {})).__typename).toBe("Promoted"); // left out: not checked
});

test("a promotion repeated with its idempotency key happens once", async () => {
  const { ask } = await prepare(2);
  const input = { version: "chest-xray@1", reason: "once", idempotencyKey: "deploy-17" };

  const first = await ask(PROMOTE, { input });
  const second = await ask(PROMOTE, { input });

  expect(first.data.promote.__typename).toBe("Promoted");
  expect(second.data).toEqual(first.data);
  const { data } = await ask(`{ history(model: "chest-xray") { totalCount } }`);
  expect(data.history.totalCount).toBe(1);
});

test("a rollback returns to the version before, and there is an error where none is", async () => {
  const { ask } = await prepare(2, 1);
  const input = { model: MODEL, reason: "it misbehaved" };
  const tooEarly = await ask(ROLLBACK, { input });
  for (const version of ["chest-xray@1", "chest-xray@2"])
    await ask(PROMOTE, { input: { version, reason: "go" } });

  const expectedAnother = await ask(ROLLBACK, { input: { ...input, expectedCurrent: "chest-xray@1" } });
  const back = await ask(ROLLBACK, { input: { ...input, expectedCurrent: "chest-xray@2" } });

  expect(tooEarly.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  expect(expectedAnother.data.rollback).toEqual({ __typename: "Conflict", current: { id: "chest-xray@2" } });
  expect(back.data.rollback.promotion).toMatchObject({
    ordinal: 3,
    movement: "ROLLBACK",
    reason: "it misbehaved",
    version: { id: "chest-xray@1" },
    previous: { id: "chest-xray@2" },
  });
});

test("mutations in one request run in order, and each answers from the state after it", async () => {
  const { ask } = await prepare(2, 1);

  const { data } = await ask(`mutation {
    one: promote(input: { version: "chest-xray@1", reason: "a" }) { ... on Promoted { promotion { model { production { id } } } } }
    two: promote(input: { version: "chest-xray@2", reason: "b" }) { ... on Promoted { promotion { model { production { id } } } } }
  }`);

  expect(data.one.promotion.model.production.id).toBe("chest-xray@1");
  expect(data.two.promotion.model.production.id).toBe("chest-xray@2");
});

test("only a forced promotion gets past the policy, and it stays marked", async () => {
  const { ask } = await prepare(40);

  await ask(PROMOTE, { input: { version: "chest-xray@1", reason: "a drill", force: true } });

  const { data } = await ask(
    `{ history(model: "chest-xray") { edges { node { forced reason failedRules { rule figure } version { id } } } } }`,
  );
  expect(data.history.edges).toEqual([
    {
      node: {
        forced: true,
        reason: "a drill",
        failedRules: expect.arrayContaining([
          { rule: "MINIMUM", figure: "SENSITIVITY" },
          { rule: "MINIMUM", figure: "AUC" },
        ]),
        version: { id: "chest-xray@1" },
      },
    },
  ]);
});

test("what was in production of a model that is not there is an error that lists those that are", async () => {
  const { ask } = await prepare();
  for (const field of [
    `production(model: "hands") { id }`,
    `production(model: "hands", at: "2027-01-01T00:00:00Z") { id }`,
    `history(model: "hands") { totalCount }`,
    `smallestAccurate(model: "hands") { id }`,
  ]) {
    const { errors } = await ask(`{ ${field} }`);
    expect(errors?.[0]?.extensions.code, field).toBe("NOT_FOUND");
    expect(errors?.[0]?.message).toContain("chest-xray");
  }
});
