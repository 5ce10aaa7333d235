/** Model cards by query: those of the models that come with Radlite are in test/registry/commands/card. */
import { writeModelCard } from "@radlite/registry/commands";
import { findVersion } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { addVersion, createChestRegistry, MODEL } from "./chest-xray.ts";
import { createClient } from "./client.ts";

test("a version's card is what the command writes, for a viewer too", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1, tags: { purpose: "# demo |" } });
  await addVersion(registry, { seed: 2, sets: [] });
  const ask = createClient(registry, { actor: { name: "eve", role: "viewer" } });

  for (const number of [1, 2]) {
    const id = `${MODEL}@${number}`;
    const { data, errors } = await ask("query ($id: ID!) { version(id: $id) { card } }", { id });
    expect(errors).toBeUndefined();
    expect(data.version.card).toBe(
      await writeModelCard(registry, registry.state, findVersion(registry.state, id)!),
    );
    expect(data.version.card).toContain(`# \`${id}\`: tiny`);
  }
});

test("four cards in a query, no fifth: each reads all evidence of a version", async () => {
  const registry = await createChestRegistry();
  await addVersion(registry, { seed: 1 });
  const ask = createClient(registry);
  const askFor = (count: number) =>
    ask(
      `{ ${Array.from({ length: count }, (_, i) => `a${i}: version(id: "${MODEL}@1") { id sizeBytes card }`).join(" ")} }`,
    );

  const [four, five] = [await askFor(4), await askFor(5)];
  const page = await ask("{ versions(first: 50) { edges { node { card } } } }");

  expect(four.errors).toBeUndefined();
  for (const { status, errors } of [five, page]) {
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe("BAD_INPUT");
    expect(errors?.[0]?.message).toMatch(/may touch \d+ fields, of 10000 allowed/);
  }
});
