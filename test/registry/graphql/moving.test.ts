/**
 * What programs written for the schema of 0.1.0 would stumble over is in CHANGELOG's "Moving from 0.1", by name: a change
 * that breaks them cannot come without its line there.
 */
import { readFile } from "node:fs/promises";
import { BreakingChangeType, findBreakingChanges, buildSchema as readSchema } from "graphql";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

test("every breaking change since 0.1.0 says how to move", async () => {
  const [before, now] = await Promise.all(
    ["test/fixtures/schemas/0.1.0.graphql", "schema.graphql"].map(read),
  );
  const [, moving] = /### Moving from 0\.1\n([\s\S]*?)\n## /.exec(await read("CHANGELOG.md"))!;

  const broken = findBreakingChanges(readSchema(before!), readSchema(now!)).map(nameOf);
  expect(broken.length).toBeGreaterThan(15);
  expect(broken.filter((name) => !moving!.includes(name))).toEqual([]);
});

/** `Type.field`, `Type.field(argument:` or `ENUM.VALUE`, as the table writes it. */
function nameOf({ type, description }: { type: BreakingChangeType; description: string }): string {
  const place = /[A-Z]\w+\.\w+/.exec(description)?.[0];
  const argument = /\barg (\w+)/.exec(description)?.[1];
  if (place) return argument ? `${place}(${argument}:` : place;
  const [first, second] = description.match(/\b[A-Z]\w+/g)!.filter((word) => word !== "A");
  if (type === BreakingChangeType.VALUE_REMOVED_FROM_ENUM) return `${second}.${first}`;
  const field = /field (\w+) on/.exec(description)?.[1];
  return field ? `${first}.${field}` : first!;
}
