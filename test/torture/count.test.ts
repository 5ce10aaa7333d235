/** Each fault that the independent reader is there for, planted: it counts it, and nothing where there is none. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import { createModel } from "@radlite/registry/commands";
import { type Commit, encodeCommit, makeCommit, openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { MODEL, SILENT } from "../registry/commands/sample.ts";
import { type Counts, countFaults } from "./count.ts";
import { openJournal, type Request, readJournals } from "./journal.ts";
import { readStore } from "./reading.ts";
import { keyOf, MODEL_POLICY } from "./requests.ts";
import { write } from "./writing.ts";

const WRITERS = 3;
const QUOTA = 14;

let folder: string;
let sound: ReadonlyMap<string, Uint8Array>;
let requests: readonly Request[];
/** A copy of `sound`, to plant faults in. */
let objects: Map<string, Uint8Array>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-torture-"));
  const store = memoryStore();
  const registry = await openRegistry({ store, logger: SILENT, snapshotEvery: 8 });
  const actor = { name: "setup", role: "approver" } as const;
  await createModel(registry, { name: MODEL, description: "torture", policy: MODEL_POLICY, actor });
  await Promise.all(
    Array.from({ length: WRITERS }, (_, i) =>
      write({ registry, journals: folder, writer: i + 1, quota: QUOTA, seed: 3, onAnswer: () => undefined }),
    ),
  );
  const found = new Map<string, Uint8Array>();
  for await (const key of store.list("")) found.set(key, (await store.get(key))!.bytes);
  sound = found;
  requests = await readJournals(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(() => {
  objects = new Map(sound);
});

async function count(told: readonly Request[] = requests): Promise<Counts & { findings: string[] }> {
  const list = async () => [...objects.keys()].sort();
  return countFaults(await readStore({ list, read: async (key) => objects.get(key)! }), told);
}

const FINE = { acknowledged: WRITERS * QUOTA, lost: 0, torn: 0, doubled: 0 };

const logKeys = (): string[] => [...objects.keys()].filter((key) => key.startsWith("log/")).sort();
const commitAt = (key: string): Commit => JSON.parse(Buffer.from(objects.get(key)!).toString());
/** Answers that the commit tells. */
const answersIn = (key: string): number =>
  commitAt(key).events.filter(({ kind }) => kind === "RequestAnswered").length;

function append(change: (events: Commit["events"]) => Commit["events"]): void {
  const keys = logKeys();
  const number = keys.length + 1;
  const registered = keys
    .map(commitAt)
    .find(({ events }) => events.some(({ kind }) => kind === "VersionRegistered"))!;
  const commit = makeCommit(
    number,
    "planted",
    change(registered.events),
    digestOf(objects.get(keys.at(-1)!)!),
  );
  objects.set(`log/${String(number).padStart(20, "0")}.json`, encodeCommit(commit));
}

test("a sound log of every kind of request has no fault", async () => {
  expect(await count()).toMatchObject({ ...FINE, findings: [] });
  expect(new Set(requests.map(({ asked }) => asked.command)).size).toBeGreaterThan(4);
  expect(new Set(requests.map(({ told }) => told?.kind))).toContain("conflict");
  expect([...objects.keys()].filter((key) => key.startsWith("pointers/")).length).toBeGreaterThan(0);
});

test("an object of the log that was cut short is torn, and what it acknowledged is lost", async () => {
  const key = logKeys()[5]!;
  const lost = answersIn(key);
  objects.set(key, objects.get(key)!.subarray(0, 100));
  const counts = await count();
  expect(counts).toMatchObject({ torn: 1 });
  expect(counts.lost).toBeGreaterThanOrEqual(lost);
});

test.each([["artifacts/"], ["evaluations/"], ["snapshot/"], ["pointers/"]])(
  "a torn object of %s is torn, and nothing else",
  async (prefix) => {
    const key = [...objects.keys()].find((one) => one.startsWith(prefix))!;
    objects.set(key, objects.get(key)!.slice(0, -3));
    expect(await count()).toMatchObject({ ...FINE, torn: 1 });
  },
);

test("events that were changed, and a commit that the next one does not follow, are torn", async () => {
  const key = logKeys()[3]!;
  const text = Buffer.from(objects.get(key)!).toString();
  objects.set(key, Buffer.from(text.replace('"at":"2', '"at":"3')));
  expect((await count()).torn).toBe(1);
  objects.set(key, Buffer.from(text.replace(/"commitId":"./, '"commitId":"x')));
  expect(await count()).toMatchObject({ ...FINE, torn: 1 });
});

test("the last commits gone, as after a write that was never durable, are lost", async () => {
  const gone = logKeys().slice(-2);
  const lost = gone.reduce((sum, key) => sum + answersIn(key), 0);
  for (const key of gone) objects.delete(key);
  const counts = await count();
  expect(counts).toMatchObject({
    torn: counts.findings.filter((one) => one.startsWith("torn: pointers")).length,
  });
  expect(counts.lost).toBeGreaterThanOrEqual(lost);
});

test("a hole in the log is torn", async () => {
  objects.delete(logKeys()[4]!);
  const counts = await count();
  expect(counts.torn).toBe(1);
  expect(counts.lost).toBeGreaterThan(0);
});

test("an object that an event names and that is gone is lost", async () => {
  objects.delete([...objects.keys()].find((key) => key.startsWith("artifacts/"))!);
  expect(await count()).toMatchObject({ ...FINE, lost: 1 });
});

test("a pointer that was put back, or is gone, is lost; one that names another version is torn", async () => {
  const key = [...objects.keys()].find((one) => one.startsWith("pointers/"))!;
  const pointer = JSON.parse(Buffer.from(objects.get(key)!).toString());
  objects.delete(key);
  expect(await count()).toMatchObject({ ...FINE, lost: 1 });
  objects.set(key, Buffer.from(JSON.stringify({ ...pointer, number: pointer.number + 1 })));
  expect(await count()).toMatchObject({ ...FINE, torn: 1 });
});

test("a request that happened twice is doubled, whether it was acknowledged or not", async () => {
  append((events) => events);
  expect((await count()).doubled).toBeGreaterThan(1); // the answer and the version
  const unheard = requests.map(({ told: _, ...request }) => request);
  expect(await count(unheard)).toMatchObject({ acknowledged: 0, lost: 0 });
  expect((await count(unheard)).doubled).toBeGreaterThan(1);
});

test("what nobody asked for is doubled", async () => {
  append((events) =>
    events
      .filter(({ kind }) => kind === "RequestAnswered")
      .map((event) => ({ ...event, idempotencyKey: keyOf(1, QUOTA) })),
  );
  expect((await count()).doubled).toBeGreaterThan(0);
});

test("an answer that the log tells otherwise is lost, and so is one whose effect is not there", async () => {
  const at = requests.findIndex(({ told }) => told?.kind === "done");
  const told = requests.map((request, i) =>
    i === at ? { ...request, told: { kind: "done" as const, subject: "another@1" } } : request,
  );
  expect(await count(told)).toMatchObject({ ...FINE, lost: 1 });
  const asked = requests.map((request, i) =>
    i === at ? { ...request, asked: { command: "setPolicy" as const, auc: 1 } } : request,
  );
  expect(await count(asked)).toMatchObject({ ...FINE, lost: 1 });
});

test("a line that a kill cut short was not acknowledged, and its request is found again", async () => {
  const own = await mkdtemp(join(folder, "journal-"));
  const journal = await openJournal(own, 1);
  await journal.write(
    { asked: { command: "setPolicy", auc: 0.5 } },
    { told: { kind: "done", subject: MODEL } },
  );
  await journal.write({ asked: { command: "rollback", alias: "shadow" } });
  await journal.close();
  const path = join(own, "writer-1.jsonl");
  await writeFile(path, `${await readFile(path, "utf8")}{"told":{"kind":"do`);
  const again = await openJournal(own, 1);
  expect(again.requests.map(({ told }) => told?.kind)).toEqual(["done", undefined]);
  await again.write({ told: { kind: "done", subject: "x" } });
  await again.close();
  expect((await readJournals(own)).map(({ told }) => told?.kind)).toEqual(["done", "done"]);
});
