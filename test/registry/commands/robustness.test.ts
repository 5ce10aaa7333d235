/** Evidence of robustness with a version: how it is recorded, what is refused, and what reads it afterwards. */
import { packFloats, type Robustness } from "@radlite/registry/bundle";
import {
  collectGarbage,
  fsck,
  readAudit,
  readRobustness,
  recordRobustness,
} from "@radlite/registry/commands";
import { findVersion, openRegistry, type Registry } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { beforeEach, expect, test } from "vitest";
import { keysOf } from "../store/writes.ts";
import { BOB, makeSample, openSample, register, SILENT } from "./sample.ts";

let registry: Registry;
let store: ObjectStore;
let robustness: Robustness;

beforeEach(async () => {
  ({ registry, store } = await openSample());
  await register(registry, { seed: 1, sets: ["validation"] });
  const { artifact, evaluations } = makeSample({ seed: 1 });
  const { cases, images } = evaluations[0]!;
  const flipped = cases.map(({ probability, label }) => (label === "NORMAL" ? 0.75 : probability));
  robustness = {
    ...{ formatVersion: 1, kind: "robustness", artifact, threshold: 0.5, images, cases },
    changes: [{ name: "white-border-2", probabilities: packFloats(flipped) }],
  };
});

const record = (part: Partial<Robustness> = {}) =>
  recordRobustness(registry, {
    version: "chest-xray@1",
    robustness: { ...robustness, ...part },
    actor: { ...BOB, role: "trainer" },
  });

test("it is kept under its digest, once, and its figures follow from the cases", async () => {
  const version = await record();
  const { logNumber } = registry.state;

  expect(version.evidence?.get("robustness")).toEqual({
    ...{ kind: "robustness", images: robustness.images, logNumber },
    evidence: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await readRobustness(registry, version)).toMatchObject({
    ...{ n: 300, images: robustness.images, untouched: { accuracy: { value: 1 } } },
    changes: [{ change: "white-border-2", toPneumonia: 100, toNormal: 0, specificity: { value: 0 } }],
  });
  await record();
  expect(registry.state.logNumber).toBe(logNumber);
  const entry = (await readAudit(registry, { first: 1 })).edges[0]?.node;
  expect(entry).toMatchObject({ subject: "chest-xray@1", summary: "robustness of chest-xray@1 recorded" });
});

test("the latest counts, after a start from a snapshot too; without one there is nothing to read", async () => {
  expect(await readRobustness(registry, findVersion(registry.state, "chest-xray@1")!)).toBeUndefined();
  await record();
  await record({ changes: [{ ...robustness.changes[0]!, name: "black-border-2" }] });

  const reopened = await openRegistry({ store, logger: SILENT });

  const version = findVersion(reopened.state, "chest-xray@1")!;
  expect((await readRobustness(reopened, version))?.changes[0]?.change).toBe("black-border-2");
  expect(await keysOf(store, "evidence/")).toHaveLength(2);
  expect((await fsck(store)).problems).toEqual([]);
});

test.each([
  ["of another file", { artifact: "0".repeat(64) }, /artifact is 0+, but that of chest-xray@1 is/],
  ["at another threshold", { threshold: 0.4 }, /threshold is 0.4, but chest-xray@1 is sealed with 0.5/],
  ["of other images", { images: "0".repeat(64) }, /images is 0+, but its cases are/],
])("evidence %s is refused, and nothing of it is stored", async (_, part, message) => {
  await expect(record(part)).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(message),
  });
  expect(await keysOf(store, "evidence/")).toEqual([]);
});

test("fsck finds it missing, damaged or named by nobody, and gc removes only the last", async () => {
  await record();
  const [key] = await keysOf(store, "evidence/");
  const { bytes } = (await store.get(key!))!;
  const stray = `evidence/${"0".repeat(64)}.json`;
  await store.create(stray, bytes);
  const problems = async () => (await fsck(store)).problems.map(({ kind, key: at }) => [kind, at]);

  expect(await problems()).toEqual([["DANGLING_EVIDENCE", stray]]);
  const { removed } = await collectGarbage(store, { actor: BOB, graceMs: 0, now: Date.now() + 1_000 });
  expect(removed.map((one) => one.key)).toEqual([stray]);
  await store.delete(key!);
  expect(await problems()).toEqual([["MISSING_EVIDENCE", key]]);
  await store.create(
    key!,
    bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
  );
  expect(await problems()).toEqual([["DAMAGED_EVIDENCE", key]]);
  await expect(readRobustness(registry, findVersion(registry.state, "chest-xray@1")!)).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
});
