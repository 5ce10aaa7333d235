/** What registering keeps of a caller's own keys, and what it leaves in the store. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createModel,
  fsck,
  readVersionFacts,
  registerBundle,
  registerVersion,
} from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { keysOf, outcome } from "../store/writes.ts";
import { ADA, makeSample, openSample, register, SILENT, writeBundle } from "./sample.ts";

describe("keys that people choose", () => {
  test("are kept whatever they are, over log and snapshots, and in whatever order; fsck finds nothing", async () => {
    const { store } = await openSample();
    const registry = await openRegistry({ store, snapshotEvery: 1, logger: SILENT });
    const tags = JSON.parse(
      '{"site":"Bonn","__proto__":"kept","constructor":"too","age":"5","2":"b","10":"a"}',
    );
    const options = JSON.parse(
      '{"zeta":1,"__proto__":{"toString":null,"a":[1,{"__proto__":2}]},"alpha":null}',
    );
    const stages = [{ name: "prune", options, summary: JSON.parse('{"__proto__":0.5}') }];
    const version = await register(registry, { seed: 1, facts: { tags, stages } });
    const asMap = (record: object) => new Map(Object.entries(record));
    expect(asMap(version.tags)).toEqual(asMap(tags));
    const facts = await readVersionFacts(registry, version);
    expect(JSON.stringify(facts.stages[0]!.summary)).toBe('{"__proto__":0.5}');
    expect(asMap(facts.stages[0]!.options)).toEqual(asMap(options));
    await registry.snapshotsWritten;
    expect((await fsck(store)).problems).toEqual([]);
    const reopened = (await openRegistry({ store, logger: SILENT })).state.models
      .get("chest-xray")!
      .versions.get(0)!;
    expect(asMap(reopened.tags)).toEqual(asMap(tags));
  });

  test("are checked one by one, `__proto__` too, and options may not be endlessly deep", async () => {
    const { registry } = await openSample();
    const ask = (facts: object) => outcome(register(registry, { seed: 1, facts }));
    expect(await ask({ tags: JSON.parse('{"__proto__":""}') })).toBe("BAD_INPUT");
    expect(await ask({ tags: { "a b": "x" } })).toBe("BAD_INPUT");
    expect(await ask({ tags: ["a"] })).toBe("BAD_INPUT");
    const deep = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
    const stage = (options: object) => [{ name: "s", options, summary: {} }];
    expect(await ask({ stages: stage({ a: Number.NaN }) })).toBe("BAD_INPUT");
    expect(await ask({ stages: stage(deep(5_000)) })).toBe("BAD_INPUT");
    expect(await ask({ stages: stage(deep(32)) })).toBe("done");
  });
});

test("what others did since this process read the log counts, as what is known is only tried first", async () => {
  const { registry: other, store } = await openSample();
  const registry = await openRegistry({ store, logger: SILENT });
  await createModel(other, { name: "hand", description: "", actor: ADA });
  const first = await register(other, { seed: 1, model: "hand", sets: ["validation"] });

  const again = await register(registry, { seed: 1, model: "hand", sets: ["validation"] });
  const knowing = await openRegistry({ store, logger: SILENT });
  await register(other, { seed: 2, model: "hand", sets: ["validation"] });
  const doubled = await register(knowing, { seed: 2, model: "hand", sets: ["validation", "test"] });

  expect([first.id, again.id, doubled.id]).toEqual(["hand@1", "hand@1", "hand@2"]);
  expect([...doubled.evaluations.keys()]).toEqual(["validation", "test"]);
  expect((await fsck(store)).problems).toEqual([]);
});

describe("the same training again", () => {
  test("registers nothing, and stores nothing that nothing names, though it was measured anew", async () => {
    const { registry, store } = await openSample();
    await register(registry, { seed: 1, sets: ["validation", "test"] });
    const before = await keysOf(store, "");
    const again = makeSample({ seed: 1, sets: ["validation", "test"] });
    for (const evaluation of again.evaluations) evaluation.latencyMs = 9;
    expect((await registerVersion(registry, { ...again, actor: ADA })).id).toBe("chest-xray@1");
    expect(await keysOf(store, "")).toEqual(before);
    expect((await fsck(store)).problems).toEqual([]);
  });

  test("a bundle that is wrong leaves nothing in the store", async () => {
    const { registry, store } = await openSample();
    const before = await keysOf(store, "");
    const folder = await mkdtemp(join(tmpdir(), "radlite-wrong-bundle-"));
    const sample = await writeBundle(folder, { seed: 1 });
    await writeFile(
      join(folder, "validation.json"),
      JSON.stringify({ ...sample.evaluations[0], temperature: 7 }),
    );
    await expect(registerBundle(registry, folder, { actor: ADA })).rejects.toThrow(
      "validation: temperature is 7",
    );
    expect(await keysOf(store, "")).toEqual(before);
    await rm(folder, { recursive: true });
  });
});
