/** Many versions in one commit: all of them or none. */
import { digestOf } from "@radlite/registry/bundle";
import {
  collectGarbage,
  fsck,
  registerRecipe,
  registerVersions,
  uploadArtifact,
} from "@radlite/registry/commands";
import { findVersion } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { keysOf } from "../store/writes.ts";
import { ADA, makeSample, openSample, register, type SampleOptions } from "./sample.ts";

async function prepare() {
  const { registry, store } = await openSample();
  const upload = async (options: SampleOptions) => {
    const { bytes, artifact, facts, evaluations } = makeSample(options);
    await uploadArtifact(store, bytes);
    return { artifact, facts, evaluations };
  };
  const all = (versions: Awaited<ReturnType<typeof upload>>[], idempotencyKey?: string) =>
    registerVersions(registry, { versions, actor: ADA, ...(idempotencyKey && { idempotencyKey }) });
  return { registry, store, upload, all };
}

test("they get numbers in their order, in one commit, with their evaluations; one that is there keeps its own", async () => {
  const { registry, store, upload, all } = await prepare();
  await register(registry, { seed: 1 });
  const before = registry.state.logNumber;
  const versions = await Promise.all([{ seed: 2 }, { seed: 1 }, { seed: 3, missed: 4 }].map(upload));

  const registered = await all(versions, "night");

  expect(registered.map(({ id }) => id)).toEqual(["chest-xray@2", "chest-xray@1", "chest-xray@3"]);
  expect(registered.map(({ artifact }) => artifact)).toEqual(versions.map(({ artifact }) => artifact));
  expect(registered[2]!.evaluations.get("validation")?.confusion.falseNegatives).toBe(4);
  expect(registry.state.logNumber).toBe(before + 1);
  const again = await all(versions, "night");
  expect(again.map(({ id }) => id)).toEqual(registered.map(({ id }) => id));
  expect(registry.state.logNumber).toBe(before + 1);
  await expect(all(versions.slice(1), "night")).rejects.toThrow(/belongs to another request/);
  expect((await fsck(store)).problems).toEqual([]);
});

test("one that is not right leaves none behind, and is named by its place", async () => {
  const { registry, store, upload, all } = await prepare();
  const good = await upload({ seed: 1 });
  const bad = await upload({ seed: 2 });
  const [evaluation] = bad.evaluations;
  const wrong = { ...bad, evaluations: [{ ...evaluation!, threshold: 0.4 }] };
  const before = [registry.state.logNumber, await keysOf(store, "evaluations/")];

  await expect(all([good, wrong])).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/^versions\.1: evaluation on validation: threshold is 0\.4/),
  });
  const absent = {
    ...good,
    artifact: digestOf("nothing"),
    facts: { ...good.facts, sha256: digestOf("nothing") },
  };
  await expect(all([good, absent])).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(/^versions\.1: there is no artifact/),
  });
  await expect(all([good, bad, good])).rejects.toThrow(
    /^versions\.2 is of the same model and artifact as versions\.0/,
  );
  await expect(all([])).rejects.toThrow(/versions are 0, expected 1 to 100/);
  await expect(all(Array.from({ length: 101 }, () => good))).rejects.toThrow(/versions are 101/);
  expect([(await registry.refresh()).logNumber, await keysOf(store, "evaluations/")]).toEqual(before);
});

test("all teachers of a version are kept, in their order", async () => {
  const { registry, upload, all } = await prepare();
  const teachers = [digestOf("one"), digestOf("two"), digestOf("three")];
  const { facts, ...rest } = await upload({ seed: 1 });

  await all([{ ...rest, facts: { ...facts, teachers } }]);

  expect(findVersion(registry.state, "chest-xray@1")?.teachers).toEqual(teachers);
  const both = { ...rest, facts: { ...facts, teachers, teacher: teachers[0]! } };
  await expect(all([both])).rejects.toThrow(/versions\.0: facts name both teacher and teachers/);
});

test("a recipe is registered once, and fsck misses its text", async () => {
  const { registry, store } = await prepare();
  const text = "name: mine\n";
  const validate = () => ({ name: "mine", model: "hand-xray" });
  const put = (written: string) => registerRecipe(registry, { text: written, actor: ADA }, validate);

  const first = await put(text);
  const before = registry.state.logNumber;
  expect(await put(text)).toEqual(first);
  expect(first).toMatchObject({
    name: "mine",
    digest: digestOf(text),
    model: "hand-xray",
    registeredBy: "ada",
  });
  expect(registry.state.logNumber).toBe(before);
  expect((await fsck(store)).problems).toEqual([]);
  await store.create(`recipes/${digestOf("nobody's")}.yaml`, new TextEncoder().encode("nobody's"));
  const { removed } = await collectGarbage(store, { actor: ADA, graceMs: 0 });
  expect(removed.map(({ key }) => key)).toEqual([`recipes/${digestOf("nobody's")}.yaml`]);

  await expect(put("x".repeat(65_537))).rejects.toThrow(/has 65537 bytes, expected at most 65536/);
  await store.delete(`recipes/${first.digest}.yaml`);
  expect((await fsck(store)).problems).toMatchObject([{ kind: "MISSING_RECIPE" }]);
  await store.create(`recipes/${first.digest}.yaml`, new TextEncoder().encode("name: other\n"));
  expect((await fsck(store)).problems).toMatchObject([{ kind: "DAMAGED_RECIPE" }]);
});
