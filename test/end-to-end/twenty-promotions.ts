/** Twenty promotions at once over HTTP that all expect the same version in production: what must come of it. */
import type { Registry } from "@radlite/registry/log";
import { expect } from "vitest";
import { registerTiny } from "../fixtures/tiny-version.ts";
import type { LocalServer } from "./local-server.ts";

const PROMOTE = `mutation ($input: PromoteInput!) {
  promote(input: $input) {
    __typename
    ... on Promoted { promotion { version { id } } }
    ... on Conflict { current { id } }
    ... on Refused { failedRules { rule limit actual } }
  }
}`;

export async function promoteOverHttp(server: LocalServer, version: string, expectedCurrent?: string) {
  const { body } = await server.graphql(PROMOTE, { input: { version, reason: "a test", expectedCurrent } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.promote;
}

/** @returns the id of the one that was promoted */
export async function expectOneOfTwenty(server: LocalServer, current: string): Promise<string> {
  const versions = [];
  for (let i = 0; i < 20; i++) versions.push(await registerTiny(server.registry, 10 + i));

  const results = await Promise.all(versions.map(({ id }) => promoteOverHttp(server, id, current)));

  const kinds = results.map(({ __typename }) => __typename as string).sort();
  expect(kinds).toEqual([...Array(19).fill("Conflict"), "Promoted"]);
  const winner = results.find(({ __typename }) => __typename === "Promoted").promotion.version.id;
  for (const result of results.filter(({ __typename }) => __typename === "Conflict"))
    expect(result.current.id).toBe(winner);
  await expectWholeHistory(server.registry);
  return winner;
}

/** Each move starts where the one before ended, and the log's numbers are consecutive. */
async function expectWholeHistory(registry: Registry): Promise<void> {
  const { models } = await registry.refresh();
  const moves = models.get("chest-xray")!.aliases.get("production")!;
  expect(moves.map(({ from }) => from)).toEqual([undefined, ...moves.slice(0, -1).map(({ to }) => to)]);
  const keys: string[] = [];
  for await (const key of registry.store.list("log/")) keys.push(key);
  expect(keys).toEqual(keys.map((_, i) => `log/${String(i + 1).padStart(20, "0")}.json`));
}
