/** What the command line asks of the registry here: lineage, sets, audit, and queries of one's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { defineEvaluationSet } from "@radlite/registry/commands";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ADA, BOB, makeSample, openSample, register } from "../../registry/commands/sample.ts";
import { runHere } from "../in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "radlite-questions-"));
const query = join(folder, "query.graphql");

beforeAll(async () => {
  const { registry } = await openSample(fileStore(join(folder, "store")));
  const parent = makeSample({ seed: 1 }).artifact;
  await register(registry, { seed: 1 });
  await register(registry, { seed: 2, missed: 10, facts: { parent } });
  await register(registry, { seed: 3, missed: 20, facts: { teacher: parent } });
  const words = { role: "EXTERNAL", description: "another ward", population: "adults" } as const;
  await defineEvaluationSet(registry, { model: "chest-xray", name: "ward", ...words, actor: BOB });
  vi.stubEnv("RADLITE_STORE", `file:${join(folder, "store")}`);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const { error, stdout } = await runHere(["registry", ...args]);
  expect(error).toBeUndefined();
  return stdout;
}

test("a lineage has what a version came of, and what came of it by which way", async () => {
  const page = await run("lineage", "chest-xray@1");
  expect(page).toMatch(/^chest-xray@1 \* /m);
  expect(page).toMatch(/^chest-xray@2 .* chest-xray@1\s*$/m);
  const { nodes, edges } = JSON.parse(await run("lineage", "chest-xray@1", "--json"));
  expect(nodes.map(({ id }: { id: string }) => id)).toEqual(["chest-xray@1", "chest-xray@2", "chest-xray@3"]);
  expect(edges).toEqual([
    { from: "chest-xray@2", to: "chest-xray@1", kind: "COMPRESSED_FROM" },
    { from: "chest-xray@3", to: "chest-xray@1", kind: "TAUGHT_BY" },
  ]);
  const { error } = await runHere(["registry", "lineage", "chest-xray@9"]);
  expect(error).toMatchObject({ code: "NOT_FOUND" });
});

test("sets are listed with what is known of them", async () => {
  expect(await run("sets")).toMatch(/^ward +external +adults +another ward$/m);
  const { sets } = JSON.parse(await run("sets", "chest-xray", "--json"));
  expect(sets.map(({ name }: { name: string }) => name)).toEqual(["validation", "test", "stress", "ward"]);
});

test("the audit is narrowed by kind, person and number, over as many pages as it takes", async () => {
  expect(await run("audit", "--actor", "bob")).toMatch(/bob +evaluation set ward of chest-xray defined/);
  const { events } = JSON.parse(await run("audit", "--kind", "VersionRegistered", "--limit", "2", "--json"));
  expect(events.map(({ subject }: { subject: string }) => subject)).toEqual(["chest-xray@3", "chest-xray@2"]);
  expect(events[0]).toMatchObject({ actor: { name: ADA.name }, details: { seed: 3 } });
  expect(await run("audit", "--actor", "carol")).toBe("no such events");
  expect(await run("audit", "--request", "0e0a")).toBe("no such events");
  const { error } = await runHere(["registry", "audit", "--limit", "none"]);
  expect(error).toMatchObject({ code: "BAD_INPUT" });
});

test.each([
  ["audit --since yesterday", /--since is "yesterday", expected an ISO 8601 time/],
  ["audit --until 2026-02-31", /--until is "2026-02-31", expected/],
  ["policy --at 1", /--at is "1", expected/],
  ["audit --kind AliasMoved PolicyGet", /kind "PolicyGet"; there are AliasMoved, /],
])("%s is BAD_INPUT", async (line, message) => {
  const { error } = await runHere(["registry", ...line.split(" ")]);
  expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(message) });
});

test("a day is a time of the audit", async () => {
  expect(await run("audit", "--since", "2026-11-25")).toBe("no such events");
  expect(await run("audit", "--since", "2026-11-24", "--limit", "1")).toMatch(/defined/);
});

test("variables within variables are BAD_INPUT, however many", async () => {
  writeFileSync(query, "query ($f: VersionFilter) { versions(filter: $f) { totalCount } }");
  const deep = `{"f":${'{"not":'.repeat(9_000)}{}${"}".repeat(9_000)}}`;
  const { error } = await runHere(["registry", "query", query, "--variables", deep]);
  expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(/100 brackets/) });
});

test("a query of one's own is answered with its variables, in times as texts", async () => {
  writeFileSync(
    query,
    "query ($least: Float!) { versions(filter: { sensitivity: { gte: $least } }) { totalCount edges { node { id createdAt } } } }",
  );
  const { versions } = JSON.parse(await run("query", query, "--variables", '{"least": 0.95}', "--json"));
  expect(versions.totalCount).toBe(2);
  expect(versions.edges[0].node.createdAt).toBe("2026-11-24T08:00:00.000Z");
});

test.each([
  ["a mutation", 'mutation { promote(input: { version: "x", reason: "y" }) { __typename } }', /mutation/],
  ["two operations", "query A { __typename } query B { __typename }", /one query/],
  ["a field that is not there", "{ versionz { id } }", /line 1: .*versionz/],
  ["too much at once", "{ versions(first: 100) { edges { node { card } } } }", /of 10000 allowed/],
  ["a variable that is missing", "query ($id: ID!) { version(id: $id) { id } }", /\$id/],
  ["what is no GraphQL", "{ version(", /Syntax Error/],
  ["an endless word", "x".repeat(900_000), /^line 1: .{10,2000}…$/],
  ["more than a query may have", " ".repeat(1_048_577), /1048576/],
])("%s is BAD_INPUT", async (_, text, message) => {
  writeFileSync(query, text);
  const { error } = await runHere(["registry", "query", query]);
  expect(error).toBeInstanceOf(RadliteError);
  expect(error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(message) });
});
