/** Roles over GraphQL: what the schema can do is held to the table of the commands. */
import { COMMAND_ROLES } from "@radlite/registry/commands";
import { buildSchema } from "@radlite/registry/graphql";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { commandOf } from "../../../registry/graphql/roles.ts";
import { createChestRegistry } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const schema = buildSchema();
const MUTATIONS = Object.values(schema.getMutationType()!.getFields()).map(({ name, args, type }) => ({
  mutation: name,
  /** `{ __typename }` fits every object and union. */
  query: `mutation ($input: ${args[0]!.type}) { ${name}(input: $input) { __typename } }`,
  type: String(type),
  needed: COMMAND_ROLES[commandOf(name)] as Role,
}));

const bob = (role: Role): Actor => ({ name: "bob", role });

describe.each(MUTATIONS)("$mutation", ({ query, needed }) => {
  test.each(ROLES)("as %s, with variables that fit nothing", async (role) => {
    const registry = await createChestRegistry();
    const before = registry.state.logNumber;
    const ask = createClient(registry, { actor: bob(role) });

    const { status, errors } = await ask(query, { input: 7 });

    const may = ROLES.indexOf(role) >= ROLES.indexOf(needed);
    expect({ status, code: errors?.[0]?.extensions.code }).toEqual(
      may ? { status: 400, code: "BAD_INPUT" } : { status: 403, code: "REFUSED" },
    );
    if (!may) expect(errors?.[0]?.message).toContain(role === "caller" ? "viewer" : needed);
    expect((await registry.refresh()).logNumber).toBe(before);
  });
});

test("a mutation inside a fragment is no way around, and another operation of the document no hindrance", async () => {
  const ask = createClient(await createChestRegistry(), { actor: bob("viewer") });
  const create = `createModel(input: { name: "hands" }) { id }`;

  const hidden = await ask(`mutation { ...m } fragment m on Mutation { again: ${create} }`);
  const inline = await ask(`mutation { ... on Mutation { ${create} } }`);
  const other = await ask(`query a { models { totalCount } } mutation b { ${create} }`, undefined, "a");

  for (const { status, errors } of [hidden, inline]) {
    expect({ status, errors }).toMatchObject({
      status: 403,
      errors: [
        { message: "createModel takes the role approver; bob has viewer.", extensions: { code: "REFUSED" } },
      ],
    });
  }
  expect(other).toMatchObject({ status: 200, data: { models: { totalCount: 1 } } });
});

test("a caller may not even read, and learns so in GraphQL's form", async () => {
  const ask = createClient(await createChestRegistry(), { actor: bob("caller") });

  const { status, data, errors } = await ask("{ models { totalCount } }");

  expect({ status, data }).toEqual({ status: 403, data: undefined });
  expect(errors).toEqual([
    { message: "POST /graphql takes the role viewer; bob has caller.", extensions: { code: "REFUSED" } },
  ]);
});

test("a subscription is refused as what it is", async () => {
  const ask = createClient(await createChestRegistry());

  const { status, errors } = await ask("subscription { models { totalCount } }");

  expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 400, code: "BAD_INPUT" });
  expect(errors?.[0]?.message).toContain("no subscriptions");
});
