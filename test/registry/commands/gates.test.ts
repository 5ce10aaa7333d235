/** The gate of a model: how it is set, what is refused, and what reads it afterwards. */
import { encodeGate } from "@radlite/model/verdict/gate";
import { encodeJson } from "@radlite/registry/bundle";
import {
  collectGarbage,
  defineEvaluationSet,
  fsck,
  promote,
  readAudit,
  readGate,
  recordEvaluation,
  setGate,
  uploadArtifact,
} from "@radlite/registry/commands";
import { currentGate, openRegistry, type Pointer, type Registry, readPointer } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { beforeEach, describe, expect, test } from "vitest";
import { drawGate } from "../../model/verdict/gate/gates.ts";
import { dieAt } from "../store/doubles.ts";
import { bytesOf, outcome } from "../store/writes.ts";
import { ADA, BOB, MODEL, makeSample, openSample, register, SILENT } from "./sample.ts";

const FIRST = encodeGate(drawGate(1));
const SECOND = encodeGate({ ...drawGate(2), population: "adults of one hospital" });

let registry: Registry;
let store: ObjectStore;
let clock: { now: number };
let first: string;
let second: string;

beforeEach(async () => {
  ({ registry, store, clock } = await openSample());
  await register(registry, { seed: 1, sets: ["validation", "test"] });
  await promote(registry, { version: "chest-xray@1", reason: "first", actor: ADA });
  first = await uploadArtifact(store, FIRST);
  second = await uploadArtifact(store, SECOND);
});

const set = (artifact: string, more: object = {}) =>
  setGate(registry, { model: MODEL, artifact, reason: "fitted to ours", actor: ADA, ...more });

async function pointer(): Promise<Pointer> {
  const found = await readPointer(store, MODEL, "production");
  if (!found || found === "unchanged") throw new Error("no pointer");
  return found.pointer;
}

describe("setGate", () => {
  test("keeps every gate with who set it, when and why, and the pointer names the last before it answers", async () => {
    await set(first);
    clock.now += 1_000;
    const model = await set(second, { actor: BOB, reason: "for adults" });

    expect(model.gates).toEqual([
      {
        ...{ artifact: first, sizeBytes: FIRST.length, population: "children of one to five years" },
        ...{ reason: "fitted to ours", at: "2026-11-24T08:00:00.000Z", actor: ADA, logNumber: 4 },
      },
      {
        ...{ artifact: second, sizeBytes: SECOND.length, population: "adults of one hospital" },
        ...{ reason: "for adults", at: "2026-11-24T08:00:01.000Z", actor: BOB, logNumber: 5 },
      },
    ]);
    expect(await pointer()).toMatchObject({
      gate: { artifact: second, sizeBytes: SECOND.length, population: "adults of one hospital" },
      population: "adults of one hospital",
      performance: { test: { n: 300, sensitivity: { value: 1 }, auc: { value: 1 } } },
      ...{ logNumber: 3, asOf: 5 },
    });
    expect((await openRegistry({ store, logger: SILENT })).state).toEqual(registry.state);
  });

  test("of the gate that stands there already changes nothing, one that stood there earlier does", async () => {
    await set(first);
    expect((await set(first, { reason: "again" })).gates).toHaveLength(1);
    await set(second);
    expect((await set(first)).gates.map(({ artifact }) => artifact)).toEqual([first, second, first]);
  });

  test("with a key happens once, and another request with the key is refused", async () => {
    const keyed = { idempotencyKey: "gate-1" };
    await set(first, keyed);
    await set(second);
    await set(first, keyed);
    expect(currentGate(registry.state, MODEL)?.artifact).toBe(second);
    expect(await outcome(set(second, keyed))).toBe("BAD_INPUT");
  });

  test("refuses what is no gate, is not there or damaged, and a reason that is none; nothing is recorded", async () => {
    const { logNumber } = registry.state;
    const damaged = await uploadArtifact(store, encodeGate(drawGate(3)));
    await store.replace(`artifacts/${damaged}`, SECOND, (await store.get(`artifacts/${damaged}`))!.etag);
    const cut = await uploadArtifact(store, FIRST.subarray(0, -1));
    const version = registry.state.models.get(MODEL)!.versions.get(0)!.artifact;

    expect(await outcome(set("f".repeat(64)))).toBe("NOT_FOUND");
    expect(await outcome(set("../log"))).toBe("BAD_INPUT");
    expect(await outcome(set(damaged))).toBe("BAD_ARTIFACT");
    expect(await outcome(set(cut))).toBe("BAD_ARTIFACT");
    await expect(set(version)).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringMatching(new RegExp(`^artifact ${version} cannot stand as a gate: `)),
    });
    expect(await outcome(set(first, { reason: " " }))).toBe("BAD_INPUT");
    expect(await outcome(set(first, { model: "hand" }))).toBe("NOT_FOUND");
    expect((await registry.refresh()).logNumber).toBe(logNumber);
  });

  test("killed between log and pointer is healed by the next writer who refreshes", async () => {
    const killed = await openRegistry({ store: dieAt(store, /^pointers/), logger: SILENT });
    const input = { model: MODEL, artifact: first, reason: "fitted to ours", actor: ADA };
    await expect(setGate(killed, input)).rejects.toThrow();
    expect((await pointer()).gate).toBeUndefined();

    await registry.refresh();

    expect((await pointer()).gate?.artifact).toBe(first);
  });

  test("is an entry of the audit, with its reason", async () => {
    await set(first);
    const { edges } = await readAudit(registry, { kinds: ["GateSet"] });
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        ...{ logNumber: 4, kind: "GateSet", model: MODEL, subject: MODEL, actor: ADA },
        summary: `gate of chest-xray set: children of one to five years, ${FIRST.length} bytes`,
        reason: "fitted to ours",
        details: { artifact: first, sizeBytes: FIRST.length },
      },
    ]);
  });
});

test("a stored gate is read as it was fitted", async () => {
  expect(await readGate(store, second)).toMatchObject({
    ...{ sha256: second, bytes: SECOND.length, population: "adults of one hospital" },
    gate: { trim: true, refuse: { content: 2, novelty: 4 }, mirrored: -1 },
  });
});

test("gc leaves a gate alone that is set or was, and takes one that nobody set", async () => {
  const third = await uploadArtifact(store, encodeGate(drawGate(3)));
  await set(first);
  await set(second);
  const { removed } = await collectGarbage(store, { actor: ADA, graceMs: 0 });
  expect(removed.map(({ name }) => name)).toEqual([third]);
  expect(await readGate(store, first)).toMatchObject({ sha256: first });
});

test("fsck finds a gate that is missing or damaged, one that stood there earlier too, and one that nobody set", async () => {
  await set(first);
  await set(second);
  const third = await uploadArtifact(store, encodeGate(drawGate(3)));
  await store.delete(`artifacts/${first}`);
  await store.replace(`artifacts/${second}`, bytesOf("half"), (await store.get(`artifacts/${second}`))!.etag);

  const { problems, artifacts } = await fsck(store);

  expect(artifacts).toBe(3);
  expect(problems).toEqual([
    {
      kind: "MISSING_ARTIFACT",
      key: `artifacts/${first}`,
      message: "nobody can tell any more what the gate of chest-xray let pass before",
    },
    {
      kind: "DAMAGED_ARTIFACT",
      key: `artifacts/${second}`,
      message:
        "its bytes have another digest; chest-xray cannot be served until a file of this SHA-256 lies there again",
    },
    { kind: "DANGLING_ARTIFACT", key: `artifacts/${third}`, message: expect.any(String) },
  ]);
});

describe("a pointer of a release that knew no gate", () => {
  async function shorten(): Promise<void> {
    const {
      asOf: _,
      gate: __,
      population: ___,
      performance: ____,
      ungated: _____,
      ...older
    } = await pointer();
    await replacePointer(older);
  }
  async function replacePointer(said: object): Promise<void> {
    const key = `pointers/${MODEL}/production.json`;
    await store.replace(key, encodeJson(said), (await store.get(key))!.etag);
  }

  test("is right by fsck as far as it goes, and wrong where the gate is missing from it", async () => {
    await store.delete(`artifacts/${second}`);
    await set(first);
    await registry.refresh();
    await shorten();
    expect((await fsck(store)).problems).toEqual([
      {
        kind: "WRONG_POINTER",
        key: `pointers/${MODEL}/production.json`,
        message: `says chest-xray@1 since commit 3, the log says chest-xray@1 behind the gate ${first} since commit 3, with figures and gate as of 4`,
      },
    ]);
    await fsck(store, { rebuild: true });
    expect((await pointer()).gate?.artifact).toBe(first);
  });

  test("without a gate in the log is no problem, nor is one of a release that did not say so", async () => {
    await Promise.all([first, second].map((gate) => store.delete(`artifacts/${gate}`)));
    const { ungated, ...unsaid } = await pointer();
    expect(ungated).toBe(true);
    await replacePointer(unsaid);
    expect((await fsck(store)).problems).toEqual([]);
    await shorten();
    expect((await fsck(store)).problems).toEqual([]);
  });
});

test("a pointer says the figures of a new evaluation, and of a set that became a test, before that is answered", async () => {
  const version = "chest-xray@1";
  const [again] = makeSample({ seed: 1, sets: ["test"], otherImages: true }).evaluations;
  const cases = again!.cases.map((one, i) => (i < 20 ? { ...one, probability: 0.3 } : one));
  await recordEvaluation(registry, { version, evaluation: { ...again!, cases }, actor: ADA });
  expect((await pointer()).performance).toMatchObject({ test: { sensitivity: { value: 0.9 } } });

  const ward = { model: MODEL, name: "ward", description: "", population: "", actor: ADA };
  await defineEvaluationSet(registry, { ...ward, role: "EXTERNAL" });
  const [onWard] = makeSample({ seed: 1, sets: ["ward"] }).evaluations;
  await recordEvaluation(registry, { version, evaluation: onWard!, actor: ADA });
  expect(Object.keys((await pointer()).performance!)).toEqual(["test"]);
  await defineEvaluationSet(registry, { ...ward, role: "TEST" });
  expect(Object.keys((await pointer()).performance!).sort()).toEqual(["test", "ward"]);
});
