/** What was stored once is read for ever: the committed samples fold, and today's bytes are still the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf, encodeJson } from "@radlite/registry/bundle";
import {
  currentGate,
  decodeCommit,
  decodeSnapshot,
  digestKey,
  EMPTY_STATE,
  EVENT_VERSIONS,
  encodeCommit,
  encodeSnapshot,
  fold,
  isOlderSnapshot,
  listAnswered,
  makeCommit,
  type StoredEvent,
} from "@radlite/registry/log";
import { expect, test } from "vitest";
import { ADA, hash, timeOf } from "./sample-events.ts";
import { FOLDER, readBytes, SNAPSHOTS } from "./stored-samples.ts";

const eventFiles = readdirSync(FOLDER)
  .filter((file) => /^\d/.test(file))
  .sort();
const events = eventFiles.map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as StoredEvent);

test("there is a sample of every version of every event", () => {
  const sampled = new Set(events.map(({ kind, eventVersion }) => `${kind}.${eventVersion}`));
  const written = Object.entries(EVENT_VERSIONS).flatMap(([kind, newest]) =>
    Array.from({ length: newest }, (_, i) => `${kind}.${i + 1}`),
  );
  expect([...sampled].sort()).toEqual(written.sort());
});

const NIH_ADULT = {
  name: "nih-adult",
  role: "EXTERNAL",
  description: "ChestX-ray14, frontal",
  population: "adults of one hospital",
};

/** What a first release's three minimums on one set are read as. */
const FIRST_POLICY = {
  rules: [
    { set: "validation", figure: "sensitivity", bound: "low", min: 0.9 },
    { set: "validation", figure: "specificity", bound: "low", min: 0.6 },
    { set: "validation", figure: "auc", bound: "low", min: 0.95 },
  ],
  ...{ maxAucDrop: 0.01, dropOn: "validation" },
};

const SECOND_POLICY = {
  rules: [
    { set: "validation", figure: "auc", bound: "low", min: 0.95 },
    { set: "stress", figure: "lowestSpecificity", bound: "value", min: 0.9 },
  ],
  ...{ maxAucDrop: 0.01, dropOn: "validation" },
};

/** What both versions were made from. */
const ORIGIN = { recipeDigest: hash(0xc01), seed: 7, trainingImages: hash(0xd01) };

const SUMMARY = {
  confusion: { truePositives: 190, falseNegatives: 10, trueNegatives: 90, falsePositives: 10 },
  auc: { value: 0.981234, low: 0.971, high: 0.991 },
  ece: 0.012345,
  latencyMs: 1.875,
  logNumber: 1,
};

test("the samples are canonical JSON and fold to this state", () => {
  for (const [i, file] of eventFiles.entries()) {
    expect(Buffer.from(encodeJson(events[i]!)).toString()).toBe(Buffer.from(readBytes(file)).toString());
  }
  const state = fold(EMPTY_STATE, [makeCommit(1, "id", events)]);
  expect(state.ignored.size).toBe(0);
  expect(listAnswered(state.keys)).toEqual([
    [digestKey("ada", "create-1"), 1],
    [digestKey("ada", "promote-2"), 1],
    [digestKey("bob", "night-3"), 1],
  ]);
  const model = state.models.get("chest-xray")!;
  expect(model).toMatchObject({
    description: "of the chest",
    createdAt: timeOf(0),
    createdBy: "ada",
    policies: [
      { ...FIRST_POLICY, at: timeOf(1), actor: ADA, logNumber: 1 },
      { ...SECOND_POLICY, reason: "stretched ones too", at: timeOf(15), actor: ADA, logNumber: 1 },
    ],
    gates: [
      {
        ...{
          artifact: hash(0x9a01),
          sizeBytes: 494,
          population: "children of one to five years, one hospital",
        },
        ...{ reason: "fitted to the training images", at: timeOf(32), actor: ADA, logNumber: 1 },
      },
    ],
    sets: new Map([["nih-adult", NIH_ADULT]]),
  });
  expect([...model.versions]).toEqual([
    {
      id: "chest-xray@1",
      model: "chest-xray",
      number: 1,
      artifact: hash(0xa01),
      sizeBytes: 15_873,
      parameters: 13_800,
      macs: 8_400_000,
      recipe: "residual-16k",
      ...ORIGIN,
      stageNames: [],
      tags: {},
      evaluations: new Map(),
      createdAt: timeOf(11),
      createdBy: "ada",
      logNumber: 1, // archived and brought back
    },
    {
      id: "chest-xray@2",
      model: "chest-xray",
      number: 2,
      artifact: hash(0xa02),
      sizeBytes: 15_874,
      parameters: 13_800,
      macs: 8_400_000,
      recipe: "residual-16k",
      ...ORIGIN,
      stageNames: ["cluster"],
      parent: hash(0xa01),
      teachers: [hash(0xa99)],
      runId: "20261124t080040-0a1b2c3d",
      tags: { reviewed: "yes" },
      operatingPoint: {
        temperature: Math.fround(1.37),
        threshold: Math.fround(0.42),
        thresholdRule: "sensitivity:0.95",
      },
      evaluations: new Map([
        ["validation", { ...SUMMARY, set: "validation", images: hash(0xf01) }],
        ["nih-adult", { ...SUMMARY, set: "nih-adult", images: hash(0xf03) }],
        [
          "stress",
          {
            ...{ set: "stress", images: hash(0xf01), ece: 0.02, latencyMs: 1.5, logNumber: 1 },
            confusion: { truePositives: 1700, falseNegatives: 100, trueNegatives: 850, falsePositives: 50 },
            auc: { value: 0.95, low: 0.93, high: 0.97 },
            changed: {
              ...{ changes: hash(0xd01), count: 9 },
              ...{ lowestSensitivity: { right: 180, of: 200 }, lowestSpecificity: { right: 88, of: 100 } },
            },
          },
        ],
      ]),
      evidence: new Map([
        ["robustness", { kind: "robustness", evidence: hash(0xb01), images: hash(0xf02), logNumber: 1 }],
      ]),
      createdAt: timeOf(12),
      createdBy: "ada",
      logNumber: 1,
    },
    {
      id: "chest-xray@3",
      model: "chest-xray",
      number: 3,
      artifact: hash(0xa03),
      sizeBytes: 15_875,
      parameters: 13_800,
      macs: 8_400_000,
      recipe: "four-kb",
      ...{ recipeDigest: hash(0xc02), seed: 11, trainingImages: hash(0xd01) },
      stageNames: ["cluster"],
      parent: hash(0xa02),
      teachers: [hash(0xa02), hash(0xa98)],
      runId: "20261124t080111-0a1b2c3e",
      tags: { width: "8", site: "Bonn" },
      operatingPoint: {
        temperature: Math.fround(1.37),
        threshold: Math.fround(0.42),
        thresholdRule: "sensitivity:0.95",
      },
      evaluations: new Map(),
      notes: [1],
      createdAt: timeOf(72),
      createdBy: "bob",
      logNumber: 1,
    },
  ]);
  expect(model.aliases.get("production")).toEqual([
    {
      id: "chest-xray/production/1",
      model: "chest-xray",
      alias: "production",
      ordinal: 1,
      to: 2,
      movement: "promotion",
      reason: "smaller",
      forced: true,
      failedRules: [
        { rule: "minimum", set: "validation", figure: "auc", bound: "low", limit: 0.95, actual: 0.931 },
      ],
      at: timeOf(30),
      actor: ADA,
      logNumber: 1,
    },
    {
      id: "chest-xray/production/2",
      model: "chest-xray",
      alias: "production",
      ordinal: 2,
      from: 2,
      to: 2,
      movement: "promotion",
      reason: "once more",
      forced: true,
      failedRules: [
        {
          ...{ rule: "minimum", set: "stress", figure: "lowestSpecificity", bound: "value" },
          ...{ limit: 0.9, actual: 0.88 },
        },
      ],
      at: timeOf(31),
      actor: ADA,
      logNumber: 1,
    },
  ]);
  expect([...state.runs.values()]).toEqual([
    {
      id: "20261124t080040-0a1b2c3d",
      model: "chest-xray",
      recipe: { name: "residual-16k", digest: hash(0xc01) },
      dataset: "kermany",
      executor: "child",
      startedAt: timeOf(40),
      startedBy: "ada",
      outcome: "SUCCEEDED",
      finishedAt: timeOf(50),
      message: "registered",
      version: "chest-xray@2",
      logNumber: 1,
    },
    {
      id: "20261124t080111-0a1b2c3e",
      model: "chest-xray",
      recipe: { name: "four-kb", digest: hash(0xc02) },
      seed: 11,
      dataset: "kermany",
      executor: "child",
      startedAt: timeOf(71),
      startedBy: "bob",
      logNumber: 1,
    },
  ]);
  expect([...state.recipes.values()]).toEqual([
    {
      ...{ name: "four-kb", digest: hash(0xc02), model: "chest-xray" },
      ...{ registeredAt: timeOf(70), registeredBy: "bob", logNumber: 1 },
    },
  ]);
});

test("log objects of the first and the second release are read, and written to the same bytes", () => {
  const first = decodeCommit(readBytes("commit.json"), 1, "commit.json");
  const second = decodeCommit(readBytes("commit-2.json"), 2, "commit-2.json");
  const written = [...first.events, ...second.events];
  expect(written).toEqual(events.slice(0, written.length));
  expect(Buffer.from(encodeCommit(first))).toEqual(Buffer.from(readBytes("commit.json")));
  expect(Buffer.from(encodeCommit(second))).toEqual(Buffer.from(readBytes("commit-2.json")));
  expect(second.previous).toBe(digestOf(readBytes("commit.json")));
  const state = fold(EMPTY_STATE, [first, second]);
  expect(state.head).toBe(digestOf(readBytes("commit-2.json")));
});

test("a log with a gate is read too", () => {
  const commits = ["commit.json", "commit-2.json", "commit-3.json"].map((file, at) =>
    decodeCommit(readBytes(file), at + 1, file),
  );
  const state = fold(EMPTY_STATE, commits);
  expect(Buffer.from(encodeCommit(commits[2]!))).toEqual(Buffer.from(readBytes("commit-3.json")));
  expect(commits[2]!.events).toEqual(events.filter(({ kind }) => kind === "GateSet"));
  expect(currentGate(state, "chest-xray")).toMatchObject({ artifact: hash(0x9a01), logNumber: 3 });
});

test("a log with evidence of robustness is read too", () => {
  const commits = ["commit.json", "commit-2.json", "commit-3.json", "commit-4.json"].map((file, at) =>
    decodeCommit(readBytes(file), at + 1, file),
  );
  expect(Buffer.from(encodeCommit(commits[3]!))).toEqual(Buffer.from(readBytes("commit-4.json")));
  expect(commits[3]!.events).toEqual(events.filter(({ kind }) => kind === "EvidenceRecorded"));
});

test("events of a request over HTTP carry its id, and fold as those that came another way", () => {
  const commit = decodeCommit(readBytes("commit-of-a-request.json"), 1, "commit-of-a-request.json");
  const named = commit.events as (StoredEvent & { requestId: string })[];
  expect(named.map(({ requestId }) => requestId)).toEqual(new Array(2).fill(named[0]!.requestId));
  expect(Buffer.from(encodeCommit(commit))).toEqual(Buffer.from(readBytes("commit-of-a-request.json")));

  const unnamed = makeCommit(
    1,
    "another way",
    named.map(({ requestId: _, ...event }) => event),
  );
  const state = fold(EMPTY_STATE, [commit]);
  const { head } = state; // a digest of the commit, and so of the ids
  expect(state).toEqual({ ...fold(EMPTY_STATE, [unnamed]), head });
  expect(decodeSnapshot(encodeSnapshot(state))).toEqual(state);
});

test("a log with what people add to versions is read too, and its snapshot written to the same bytes", () => {
  const commits = ["commit.json", "commit-2.json", "commit-3.json", "commit-4.json", "commit-5.json"].map(
    (file, at) => decodeCommit(readBytes(file), at + 1, file),
  );
  const state = fold(EMPTY_STATE, commits);
  expect(Buffer.from(encodeCommit(commits[4]!))).toEqual(Buffer.from(readBytes("commit-5.json")));
  expect(commits[4]!.events).toEqual(events.slice(-commits[4]!.events.length));
  const [first, , third] = state.models.get("chest-xray")!.versions;
  expect(first!.archivedAt).toBeUndefined();
  expect(third).toMatchObject({ tags: { site: "Bonn", width: "8" }, notes: [5] });
  expect(decodeSnapshot(readBytes("snapshot-6.json"))).toEqual(state);
  expect(Buffer.from(encodeSnapshot(state))).toEqual(Buffer.from(readBytes("snapshot-6.json")));
});

test("a snapshot of an earlier release is known for one and not read: the log says more", () => {
  for (const file of SNAPSHOTS.slice(0, -1)) {
    expect(isOlderSnapshot(readBytes(file))).toBe(true);
    expect(decodeSnapshot(readBytes(file))).toBeUndefined();
  }
  expect(isOlderSnapshot(readBytes(SNAPSHOTS.at(-1)!))).toBe(false);
});
