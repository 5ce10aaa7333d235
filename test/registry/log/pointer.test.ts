/** What a pointer says beside where its alias is, and who writes it when that changes. */
import { wilsonInterval } from "@radlite/model/statistics";
import { encodeJson } from "@radlite/registry/bundle";
import {
  commit,
  logKey,
  mendPointers,
  openRegistry,
  type Pointer,
  pointerKey,
  type Registry,
  type RegistryEvent,
  readPointer,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { beforeEach, expect, test } from "vitest";
import { keysOf } from "../store/writes.ts";
import {
  aliasMoved,
  evaluationRecorded,
  evaluationSetDefined,
  gateSet,
  hash,
  modelCreated,
  versionRegistered,
} from "./sample-events.ts";

const KEY = pointerKey("chest-xray", "production");

let store: ObjectStore;
let warnings: string[];

beforeEach(() => {
  store = memoryStore();
  warnings = [];
});

const open = (): Promise<Registry> =>
  openRegistry({ store, logger: { info: () => undefined, warn: (message) => void warnings.push(message) } });

const write = (registry: Registry, ...events: RegistryEvent[]): Promise<number> =>
  commit(registry, () => ({ events, answer: (state) => state.logNumber }));

/** Commit 1: a version in production, evaluated on validation and on the test set. */
async function begin(): Promise<Registry> {
  const registry = await open();
  const test = { set: "test", evaluation: hash(0xe77) };
  const evaluations = [evaluationRecorded(1), evaluationRecorded(1, test)];
  await write(registry, modelCreated(), versionRegistered(1), ...evaluations, aliasMoved(null, 1));
  await registry.refresh();
  return registry;
}

async function read(): Promise<Pointer> {
  const found = await readPointer(store, "chest-xray", "production");
  if (!found || found === "unchanged") throw new Error("no pointer");
  return found.pointer;
}

async function overwrite(pointer: object): Promise<void> {
  await store.replace(KEY, encodeJson(pointer), (await store.get(KEY))!.etag);
}

/** As releases before there were gates wrote it. */
async function shorten(): Promise<void> {
  const { asOf: _, gate: __, population: ___, performance: ____, ungated: _____, ...older } = await read();
  await overwrite(older);
}

const GATE = {
  gate: {
    artifact: gateSet().artifact,
    sizeBytes: 494,
    population: "children of one to five years, one hospital",
  },
  population: "children of one to five years, one hospital",
};

const FIGURES = {
  n: 300,
  sensitivity: wilsonInterval(190, 200),
  specificity: wilsonInterval(90, 100),
  auc: { value: 0.981234, low: 0.971, high: 0.991 },
};

test("says how the version did on the test set, and that there is no gate where there is none", async () => {
  await begin();
  expect(await read()).toEqual({
    ...{ formatVersion: 1, model: "chest-xray", alias: "production" },
    ...{ number: 1, version: "chest-xray@1", artifact: hash(0xa01) },
    operatingPoint: {
      temperature: Math.fround(1.37),
      threshold: Math.fround(0.42),
      thresholdRule: "sensitivity:0.95",
    },
    ...{ logNumber: 1, asOf: 1, ungated: true, performance: { test: FIGURES } },
  });
});

test("is written anew by a gate, by another one, and by a promotion behind it", async () => {
  const registry = await begin();
  await write(registry, gateSet());
  await registry.refresh();
  expect(await read()).toMatchObject({ ...GATE, version: "chest-xray@1", logNumber: 1, asOf: 2 });

  await write(registry, gateSet({ artifact: hash(2), sizeBytes: 300, population: "adults" }));
  await registry.refresh();
  const gate = { artifact: hash(2), sizeBytes: 300, population: "adults" };
  expect(await read()).toMatchObject({ gate, population: "adults", asOf: 3 });

  await write(registry, versionRegistered(2), aliasMoved(1, 2));
  await registry.refresh();
  expect(await read()).toMatchObject({
    gate,
    version: "chest-xray@2",
    logNumber: 4,
    asOf: 4,
    performance: {},
  });
  expect(warnings).toEqual([]);
});

test("is written anew by a newer evaluation of its version on a set of role TEST, and by no other", async () => {
  const registry = await begin();
  await write(registry, evaluationSetDefined("ward", { role: "TEST" }), evaluationSetDefined("abroad"));
  const confusion = { truePositives: 8, falseNegatives: 2, trueNegatives: 5, falsePositives: 5 };
  const second = { eventVersion: 2 as const, confusion };
  await write(
    registry,
    ...["ward", "test", "abroad", "validation"].map((set) => evaluationRecorded(1, { ...second, set })),
  );
  await registry.refresh();

  const { performance, asOf } = await read();
  const figures = { n: 20, sensitivity: wilsonInterval(8, 10), specificity: wilsonInterval(5, 10) };
  expect(performance).toEqual({
    test: { ...FIGURES, ...figures },
    ward: { ...FIGURES, ...figures },
  });
  expect(asOf).toBe(3);

  const { etag } = (await store.get(KEY))!;
  await write(registry, versionRegistered(2), evaluationRecorded(2, { set: "test" }));
  await write(registry, evaluationRecorded(1, { ...second, set: "abroad", images: hash(9) }));
  await registry.refresh();
  expect((await store.get(KEY))!.etag).toBe(etag);
});

test("of a release that knew no gate is read, and says the rest once somebody may write", async () => {
  const registry = await begin();
  await write(registry, gateSet());
  await shorten();
  expect(await read()).toMatchObject({ version: "chest-xray@1", logNumber: 1 });

  await open();

  expect(await read()).toMatchObject({ ...GATE, asOf: 2, performance: { test: FIGURES } });
  expect(warnings).toEqual([]);
});

test("what a later release says beside it stays", async () => {
  await begin();
  await overwrite({ ...(await read()), ward: "three" });
  await open();
  expect(await read()).toMatchObject({ ward: "three" });
});

test("by a state that has not seen the gate it is left alone", async () => {
  const registry = await begin();
  const slow = await open();
  await write(registry, gateSet());
  await mendPointers(registry);

  slow.pointersKnown.clear();
  await mendPointers(slow);

  expect(await read()).toMatchObject(GATE);
  expect(slow.pointersKnown.has("chest-xray/production")).toBe(false);
  await slow.refresh();
  expect(slow.pointersKnown.get("chest-xray/production")).toMatchObject({ asOf: 2 });
});

test("a gate that a restore of the log took away, or made another one, is put right and reported", async () => {
  const registry = await begin();
  await write(registry, gateSet());
  await registry.refresh();
  const left = await read();
  for (const key of await keysOf(store, "log/", logKey(1))) await store.delete(key);

  const restored = await open();

  expect((await read()).gate).toBeUndefined();
  const says = (gate: string) =>
    `chest-xray/production named ${gate}, which the log does not say: a restore left it behind. It points to chest-xray@1 again`;
  const gone = says(`the gate ${GATE.gate.artifact} as of commit 2`);
  expect(warnings).toEqual([gone]);

  await write(restored, gateSet({ artifact: hash(2) })); // commit 2 again
  await restored.refresh();
  await overwrite(left);
  await open();
  expect(await read()).toMatchObject({ gate: { artifact: hash(2) } });
  expect(warnings).toEqual([gone, gone]);
});

test.each([
  ["gate", { gate: { artifact: 7 } }],
  ["gate that is nothing", { gate: null }],
  ["commit", { asOf: "2" }],
])("one whose %s cannot be read is no pointer, and is written anew", async (_what, damage) => {
  await begin();
  const whole = await read();
  await overwrite({ ...whole, ...damage });
  expect(await readPointer(store, "chest-xray", "production")).toBeUndefined();
  await open();
  expect(await read()).toEqual(whole);
});
