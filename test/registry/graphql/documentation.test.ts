import { readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";

test("what docs/registry.md asks in GraphQL fits the schema", async () => {
  const page = await readFile("docs/registry.md", "utf8");
  const schema = buildSchema(await readFile("schema.graphql", "utf8"));

  const operations = [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].flatMap(([, text]) =>
    text!.split("\n\n"),
  );

  expect(operations).toHaveLength(8);
  for (const operation of operations) expect(validate(schema, parse(operation))).toEqual([]);
});
