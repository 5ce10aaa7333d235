/** The API that users read: committed, described to the last field, and true to its conventions. */
import { readFile } from "node:fs/promises";
import { LABELS, SET_ROLES } from "@radlite/registry/bundle";
import { LINEAGE_KINDS, PARETO_COSTS, PARETO_WORTHS, VERSION_ORDER_FIELDS } from "@radlite/registry/commands";
import { buildSchema, describeSchema } from "@radlite/registry/graphql";
import { MOVEMENTS, POLICY_BOUNDS, ROLES, RULES } from "@radlite/registry/log";
import {
  type GraphQLNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { expect, test } from "vitest";

const schema = buildSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
);

test("schema.graphql is what the resolvers say (node scripts/schema.mjs writes it)", async () => {
  const committed = await readFile(new URL("../../../schema.graphql", import.meta.url), "utf8");
  expect(committed).toBe(describeSchema(schema));
});

test("every type, field, argument and value has a description", () => {
  const silent = types.flatMap((type) =>
    membersOf(type)
      .filter(({ description }) => !description)
      .map(({ name }) => `${type.name}.${name}`)
      .concat(type.description ? [] : [type.name]),
  );
  expect(silent).toEqual([]);
});

function membersOf(type: GraphQLNamedType): readonly { name: string; description?: string | null }[] {
  if (isObjectType(type))
    return Object.values(type.getFields()).flatMap((field) => [
      field,
      ...field.args.map(({ name, description }) => ({ name: `${field.name}(${name})`, description })),
    ]);
  if (isInputObjectType(type)) return Object.values(type.getFields());
  return isEnumType(type) ? type.getValues() : [];
}

test("a mutation takes one input and nothing else, with an idempotency key", () => {
  for (const { name, args } of Object.values(schema.getMutationType()!.getFields())) {
    expect(
      args.map((arg) => arg.name),
      name,
    ).toEqual(["input"]);
    // The one changes nothing: repeated it is another place. The other records an epoch once, and beats again.
    if (name === "createUpload" || name === "recordRunProgress") continue;
    const input = getNullableType(args[0]!.type);
    expect(isInputObjectType(input) && Object.keys(input.getFields()), name).toContain("idempotencyKey");
  }
});

test("every connection is Relay's", () => {
  const connections = types.filter(({ name }) => name.endsWith("Connection"));
  expect(connections.map(({ name }) => name).sort()).toEqual([
    "AuditConnection",
    "ModelConnection",
    "PromotionConnection",
    "RunConnection",
    "VersionConnection",
  ]);
  for (const type of connections.filter(isObjectType)) {
    const fields = type.getFields();
    const node = type.name.replace("Connection", "");
    expect(String(fields.edges?.type)).toBe(`[${node}Edge!]!`);
    expect(String(fields.pageInfo?.type)).toBe("PageInfo!");
  }
});

test("every enum has a name for every value that the log may hold", () => {
  const valuesOf = (name: string) => {
    const type = schema.getType(name);
    return isEnumType(type)
      ? type
          .getValues()
          .map(({ value }) => value)
          .sort()
      : [];
  };
  const sorted = (values: readonly string[]) => [...values].sort();
  expect(valuesOf("SetRole")).toEqual(sorted(SET_ROLES));
  expect(valuesOf("FrontCost")).toEqual(sorted(PARETO_COSTS));
  expect(valuesOf("FrontWorth")).toEqual(sorted(PARETO_WORTHS));
  expect(valuesOf("LineageKind")).toEqual(sorted(LINEAGE_KINDS));
  expect(valuesOf("Label")).toEqual(sorted(LABELS));
  expect(valuesOf("Movement")).toEqual(sorted(MOVEMENTS));
  expect(valuesOf("PolicyBound")).toEqual(sorted(POLICY_BOUNDS));
  expect(valuesOf("Role")).toEqual(sorted(ROLES));
  expect(valuesOf("Rule")).toEqual(sorted(RULES));
  expect(valuesOf("VersionOrderField")).toEqual(sorted(VERSION_ORDER_FIELDS));
});

test("outcomes of a promotion are a union", () => {
  const union = schema.getType("PromoteResult");
  expect(isUnionType(union) && union.getTypes().map(({ name }) => name)).toEqual([
    "Promoted",
    "Refused",
    "Conflict",
  ]);
});
