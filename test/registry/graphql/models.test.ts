import { DEFAULT_POLICY } from "@radlite/registry/commands";
import type { Policy } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { addVersion, createChestRegistry } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const POLICY = "rules { set figure bound min } maxAucDrop dropOn";

test("a model is created once, with the default policy", async () => {
  const ask = createClient(await createChestRegistry());
  const create = `mutation { createModel(input: { name: "hands", description: "Bone age" }) { id name description createdBy policy { ${POLICY} } production { id } versions { totalCount } } }`;

  const first = await ask(create);
  const second = await ask(create);

  expect(first.data.createModel).toEqual({
    id: "hands",
    name: "hands",
    description: "Bone age",
    createdBy: "ada",
    policy: asGraphql(DEFAULT_POLICY),
    production: null,
    versions: { totalCount: 0 },
  });
  expect(second.errors?.[0]?.extensions.code).toBe("CONFLICT");
});

test("models are listed by name, page by page", async () => {
  const ask = createClient(await createChestRegistry());
  for (const name of ["wrist", "ankle"])
    await ask(`mutation { createModel(input: { name: "${name}" }) { id } }`);
  const list = `query ($after: String) { models(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { name } } } }`;

  const first = (await ask(list)).data.models;
  const second = (await ask(list, { after: first.pageInfo.endCursor })).data.models;

  expect(first).toMatchObject({
    totalCount: 3,
    edges: [{ node: { name: "ankle" } }, { node: { name: "chest-xray" } }],
  });
  expect(first.pageInfo.hasNextPage).toBe(true);
  expect(second).toMatchObject({ edges: [{ node: { name: "wrist" } }], pageInfo: { hasNextPage: false } });
});

test("a policy that is set takes the place of the old one", async () => {
  const ask = createClient(await createChestRegistry());

  const { data } = await ask(
    `mutation { setPolicy(input: { model: "chest-xray", policy: { rules: [{ set: "test", figure: AUC, bound: VALUE, min: 0.5 }], dropOn: "test" }, reason: "for a trial" }) { policy { ${POLICY} reason actor { name } } policies { reason } } }`,
  );

  expect(data.setPolicy).toEqual({
    policy: {
      rules: [{ set: "test", figure: "AUC", bound: "VALUE", min: 0.5 }],
      ...{ maxAucDrop: 0.01, dropOn: "test", reason: "for a trial", actor: { name: "ada" } },
    },
    policies: [{ reason: null }, { reason: "for a trial" }],
  });
});

test("a policy that cannot be met is BAD_INPUT", async () => {
  const ask = createClient(await createChestRegistry());

  const { errors } = await ask(
    `mutation { setPolicy(input: { model: "chest-xray", policy: { rules: [{ set: "validation", figure: AUC, min: 1.5 }] } }) { id } }`,
  );

  expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  expect(errors?.[0]?.message).toMatch(/policy\.rules\.0\.min is 1\.5/);
});

test("the smallest accurate version is the smallest file that passes", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1, weights: 64, wrong: 1 });
  await addVersion(registry, { seed: 2, weights: 32, wrong: 2 });
  await addVersion(registry, { seed: 3, weights: 2, wrong: 20 });
  const ask = createClient(registry);

  const { data } = await ask(`{
    own: smallestAccurate(model: "chest-xray") { id }
    strict: smallestAccurate(model: "chest-xray", policy: { rules: [{ set: "validation", figure: SENSITIVITY, bound: VALUE, min: 0.99 }] }) { id }
    lax: smallestAccurate(model: "chest-xray", policy: { rules: [{ set: "validation", figure: SENSITIVITY, bound: VALUE, min: 0.8 }] }) { id }
    none: smallestAccurate(model: "chest-xray", policy: { rules: [{ set: "validation", figure: SENSITIVITY, min: 0.999 }] }) { id }
  }`);

  expect(data).toEqual({
    own: { id: "chest-xray@2" },
    strict: { id: "chest-xray@1" },
    lax: { id: "chest-xray@3" },
    none: null,
  });
});

test("a model lists its own versions and no others", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1 });
  const ask = createClient(registry);
  await ask(`mutation { createModel(input: { name: "hands" }) { id } }`);

  const { data } = await ask(
    `{ models { edges { node { name versions(filter: { model: { contains: "" } }) { edges { node { id } } } } } } }`,
  );

  expect(data.models.edges).toEqual([
    { node: { name: "chest-xray", versions: { edges: [{ node: { id: "chest-xray@1" } }] } } },
    { node: { name: "hands", versions: { edges: [] } } },
  ]);
});

test("a model without a gate has none, and what cannot be one is refused with its code", async () => {
  const registry = await createChestRegistry();
  const { artifact } = await addVersion(registry, { seed: 1 });
  const ask = createClient(registry);
  const set = (gate: string, reason = "ours") =>
    ask("mutation ($input: SetGateInput!) { setGate(input: $input) { id } }", {
      input: { model: "chest-xray", artifact: gate, reason },
    });

  const { data } = await ask(`{ model(name: "chest-xray") { gate { sha256 } gates { sha256 } } }`);
  const refused = [
    await set(artifact),
    await set("f".repeat(64)),
    await set("gate.rlg"),
    await set(artifact, ""),
  ];

  expect(data.model).toEqual({ gate: null, gates: [] });
  expect(refused.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    "BAD_ARTIFACT",
    "NOT_FOUND",
    "BAD_INPUT",
    "BAD_INPUT",
  ]);
});

/** Figures and bounds are enum values there. */
function asGraphql({ rules, ...rest }: Policy) {
  const inCapitals = (name: string) => name.replace(/[A-Z]/g, "_$&").toUpperCase();
  return {
    ...rest,
    rules: rules.map((rule) => ({
      ...rule,
      ...{ figure: inCapitals(rule.figure), bound: inCapitals(rule.bound) },
    })),
  };
}
