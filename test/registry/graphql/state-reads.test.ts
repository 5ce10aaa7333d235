/** No N+1: what a request costs the store does not grow with the page it asks for. */
import { finishRun, startRun } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { ADA, addVersion, createChestRegistry, MODEL, sha256 } from "./chest-xray.ts";
import { createClient } from "./client.ts";

/** Passes everything on and writes down what was read. */
function countReads(store: ObjectStore): { store: ObjectStore; reads: string[] } {
  const reads: string[] = [];
  const counting = new Proxy(store, {
    get(target, name: keyof ObjectStore) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...input: unknown[]) => {
        reads.push(`${name} ${input[0]}`);
        return (member as (...input: unknown[]) => unknown).apply(target, input);
      };
    },
  });
  return { store: counting, reads };
}

const PAGE = `query ($first: Int!) { versions(first: $first) { edges { node {
  id sizeBytes model { name } metrics(on: "validation") { auc { value low high } } stages { name }
  parent { id } run { id status recipe model { id } version { id } } tags { key value }
} } } }`;

test("a page of 50 versions with their runs costs one read of the log", async () => {
  const shared = memoryStore();
  const writer = await createChestRegistry(shared);
  for (let seed = 1; seed <= 50; seed++) {
    const recipe = { name: "tiny", digest: sha256("tiny") };
    const run = await startRun(writer, {
      model: MODEL,
      recipe,
      dataset: "ward",
      executor: "nothing",
      actor: ADA,
    });
    const version = await addVersion(writer, { seed, runId: run.id });
    await finishRun(writer, { runId: run.id, outcome: "SUCCEEDED", version: version.id, actor: ADA });
  }
  const { store, reads } = countReads(shared);
  const registry = await openRegistry({ store });
  await registry.refresh();
  const ask = createClient(registry);
  reads.length = 0;

  const { data, errors } = await ask(PAGE, { first: 50 });

  expect(errors).toBeUndefined();
  expect(data.versions.edges).toHaveLength(50);
  expect(data.versions.edges[0].node.run).toMatchObject({
    status: "SUCCEEDED",
    version: { id: "chest-xray@50" },
  });
  expect(reads).toHaveLength(1);
});

test("facts outside the state are read once a version, however many fields ask for them", async () => {
  const shared = memoryStore();
  const writer = await createChestRegistry(shared);
  await addVersion(writer, { seed: 1 });
  const { store, reads } = countReads(shared);
  const registry = await openRegistry({ store });
  await registry.refresh();
  const ask = createClient(registry);
  reads.length = 0;

  const { data } = await ask(
    `{ version(id: "chest-xray@1") { provenance { seed } stages { options summary } } }`,
  );

  expect(data.version.provenance.seed).toBe(1);
  expect(reads).toHaveLength(2); // the log's tail, and the commit that holds the facts
});

test("facts of versions that came together are read together", async () => {
  const shared = memoryStore();
  const writer = await createChestRegistry(shared);
  await Promise.all(Array.from({ length: 20 }, (_, seed) => addVersion(writer, { seed })));
  const { store, reads } = countReads(shared);
  const ask = createClient(await openRegistry({ store }));
  reads.length = 0;

  const { data } = await ask(
    "{ versions(first: 20) { edges { node { provenance { seed } stages { options } notes { text } } } } }",
  );

  expect(data.versions.edges).toHaveLength(20);
  expect(data.versions.edges[3].node.stages[0].options).toEqual({ bits: 4 });
  expect(reads.filter((read) => read.startsWith("get log/")).length).toBeLessThan(8);
});
