/**
 * Operations know the types of schema.graphql: what does not fit does not compile. Lines that expect an error fail the
 * type check while there is none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, graphql, type ResultOf } from "@radlite/registry/client";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { CLIENT_TYPES, describeClientTypes } from "../../../scripts/client-types.mjs";
import { files, ROOT } from "../../imports.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

test("the types are those of schema.graphql (node scripts/schema.mjs writes them)", () => {
  expect(describeClientTypes(read("schema.graphql"))).toBe(read(CLIENT_TYPES));
});

test("a field or a variable that is none does not compile", async () => {
  const client = createClient({ url: "http://localhost:1", fetch: async () => Response.json({ data: {} }) });
  const versions = graphql(
    "query ($first: Int!) { versions(first: $first) { edges { node { number sizeBytes stages { name } } } } }",
  );
  const misspelt = graphql("query { versions(first: 1) { edges { node { sizeByte } } } }");
  type Node = ResultOf<typeof versions>["versions"]["edges"][number]["node"];
  const node: Node = { number: 7, sizeBytes: 3760, stages: [{ name: "prune" }] };

  const bytes: number = node.sizeBytes;
  // @ts-expect-error it was not asked for
  const recipe: string = node.recipe;
  // @ts-expect-error a number is no text
  const number: string = node.number;
  type Misspelt = ResultOf<typeof misspelt>["versions"]["edges"][number]["node"];
  // @ts-expect-error the schema has no such field, so nothing is known of it
  const toNumber = ({ sizeByte }: Misspelt): number => sizeByte;
  // @ts-expect-error a variable is missing
  await client.ask(versions, {});
  // @ts-expect-error a variable is missing, and all others
  await client.ask(versions);
  // @ts-expect-error a variable of another type
  await client.ask(versions, { first: "one" });

  expect({ bytes, recipe, number }).toEqual({ bytes: 3760, recipe: undefined, number: 7 });
  expect(toNumber({ sizeByte: 1 })).toBe(1);
});

test("every operation in the code and in the examples fits the schema", () => {
  const schema = buildSchema(read("schema.graphql"));
  const operations = files
    .filter((file) => /^(cli|console|docs)\//.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/\bgraphql\(\s*(["`])([\s\S]*?)\1/g)].map(([, , text]) => ({
        file,
        text: text!,
      })),
    );

  expect(operations.length).toBeGreaterThan(8);
  for (const { file, text } of operations)
    expect(validate(schema, parse(text)), `${file}: ${text}`).toEqual([]);
});
