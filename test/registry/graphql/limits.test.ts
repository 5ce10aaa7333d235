import { QUERY_LIMITS } from "@radlite/registry/graphql";
import { getIntrospectionQuery } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import { countEffort, EFFORT_LIMITS } from "../../../registry/graphql/effort.ts";
import { createChestRegistry } from "./chest-xray.ts";
import { type Ask, createClient } from "./client.ts";

let ask: Ask;
let askClosed: Ask;

beforeAll(async () => {
  const registry = await createChestRegistry();
  ask = createClient(registry);
  askClosed = createClient(registry, { introspection: false });
});

/** `levels` fields inside each other, the innermost a scalar. */
function nest(levels: number): string {
  const opening = Array.from({ length: levels - 1 }, (_, i) => (i === 0 ? `version(id: "x") {` : "parent {"));
  return `{ ${opening.join(" ")} id ${"}".repeat(levels - 1)} }`;
}

describe("a query is refused with 400 and BAD_INPUT", () => {
  const fragments = `{ version(id: "x") { ...A } } ${[..."ABCDEFGHIJKLM"]
    .map(
      (name, i) =>
        `fragment ${name} on Version { ${i === 12 ? "id" : `parent { ...${"ABCDEFGHIJKLM"[i + 1]} }`} }`,
    )
    .join(" ")}`;
  const wide =
    "query ($n: Int!) { models(first: $n) { edges { node { versions(first: $n) { edges { node { id } } } } } } }";
  const refused: [string, string, RegExp, object?][] = [
    ["50 levels deep", nest(50), /12 levels/],
    ["one level too deep", nest(QUERY_LIMITS.depth + 1), /12 levels/],
    ["too deep through fragments", fragments, /12 levels/],
    [
      "too many aliases",
      `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: model(name: "x") { id }`).join(" ")} }`,
      /30 aliases/,
    ],
    ["too wide, by its variables", wide, /fields, of 10000 allowed/, { n: 100 }],
    [
      "for the cases of too many evaluations",
      `{ versions(first: 60) { edges { node { metrics(on: "test") { at(threshold: 0.5) { n } } } } } }`,
      /fields, of 10000 allowed/,
    ],
    [
      "for more of the log than two audits read",
      `{ ${"abc".replace(/./g, "$&: audit(first: 1) { pageInfo { endCursor } } ")} }`,
      /fields, of 10000 allowed/,
    ],
    [
      "with brackets within brackets",
      `{ version(id: ${"[".repeat(101)}${"]".repeat(101)}) { id } }`,
      /100 brackets.* query/,
    ],
    [
      "with brackets behind a comment and a text that hide them",
      `{ #"\n version(id: """ " """, other: ${"{a: ".repeat(100)}1${"}".repeat(100)}) { id } }`,
      /100 brackets.* query/,
    ],
    [
      "with variables within variables",
      "query ($f: VersionFilter) { versions(filter: $f) { totalCount } }",
      /100 brackets.* variables/,
      { f: JSON.parse(`${'{"not":'.repeat(3_000)}{}${"}".repeat(3_000)}`) },
    ],
    ["too long", `{ ${"model(name: 1) { id } ".repeat(400)} }`, /2000 tokens/],
    ["not GraphQL", "{ version(", /Syntax Error/],
    ["for a field that is not there", "{ versionz { id } }", /versionz/],
    [
      "with a variable of another type",
      "query ($n: Int!) { models(first: $n) { totalCount } }",
      /\$n/,
      { n: "many" },
    ],
    ["with nothing in it", "", /query/],
  ];
  for (const [what, query, message, variables] of refused) {
    test(what, async () => {
      const { status, data, errors } = await ask(query, variables as Record<string, unknown>);
      expect(status).toBe(400);
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
      expect(errors?.[0]?.message).toMatch(message);
    });
  }
});

test("versions looked through, evaluations and commits read are limited, in all of a query together", () => {
  const effort = countEffort();
  effort.lookThrough(EFFORT_LIMITS.versions);
  expect(() => effort.lookThrough(1)).toThrow(/looks through 400001 versions, of 400000 allowed/);
  for (let read = 0; read < EFFORT_LIMITS.evaluations; read++) effort.readEvaluation();
  expect(() => effort.readEvaluation()).toThrow(/reads 51 evaluations, of 50 allowed/);
  effort.readCommits(EFFORT_LIMITS.commits);
  expect(() => effort.readCommits(1)).toThrow(/reads 2001 commits, of 2000 allowed/);
});

test("a query at the limit of depth is answered", async () => {
  const { status, data } = await ask(nest(QUERY_LIMITS.depth));
  expect(status).toBe(200);
  expect(data).toEqual({ version: null });
});

test("a page of 100 versions with what a table shows is answered", async () => {
  const { status } =
    await ask(`{ versions(first: 100) { totalCount pageInfo { endCursor } edges { cursor node {
    id number sizeBytes parameters macs recipe createdAt createdBy tags { key value } stages { name }
    metrics(on: "validation") { n accuracy { value low high } sensitivity { value low high } specificity { value low high } auc { value low high } ece latencyMs }
    test: metrics(on: "test") { n accuracy { value low high } auc { value low high } }
    parent { id } run { id status } operatingPoint { threshold thresholdRule }
  } } } }`);
  expect(status).toBe(200);
});

test("the schema is shown to those who may see it", async () => {
  const open = await ask(getIntrospectionQuery());
  const closed = await askClosed(getIntrospectionQuery());
  const name = await askClosed("{ __typename }");

  expect(open.data.__schema.queryType.name).toBe("Query");
  expect(closed.status).toBe(400);
  expect(closed.errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  expect(name.data).toEqual({ __typename: "Query" });
});
