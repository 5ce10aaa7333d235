/** A version that was judged on the three standard sets costs a snapshot 500 bytes at most. */
import {
  EMPTY_STATE,
  encodeSnapshot,
  fold,
  makeCommit,
  type StoredEvent,
  type VersionRegistered,
} from "@radlite/registry/log";
import { expect, test } from "vitest";
import { evaluationRecorded, hash, modelCreated, runStarted, versionRegistered } from "./sample-events.ts";

const LIMIT_BYTES = 500;

/** Digests as random as real ones. */
const digest = (n: number): string =>
  hash(n).replace(/0/g, (_, i: number) => ((i * 7 + n * 13) % 16).toString(16));

function snapshotBytes(events: StoredEvent[]): number {
  return encodeSnapshot(fold(EMPTY_STATE, [makeCommit(1, "id", events)])).length;
}

/** With everything that a version can have, at sizes near the format's limits. */
function fullVersion(number: number, more: Partial<VersionRegistered>): StoredEvent[] {
  const confusion = {
    truePositives: 10_000,
    falseNegatives: 10_001,
    trueNegatives: 10_002,
    falsePositives: 10_003,
  };
  const figures = {
    confusion,
    auc: { value: 0.987654, low: 0.912345, high: 0.998765 },
    ece: 0.123456,
    latencyMs: 1234.567,
  };
  const version = versionRegistered(number, {
    artifact: digest(number),
    sizeBytes: 536_870_912,
    parameters: 134_217_728,
    macs: 137_438_953_472,
    parent: digest(number - 1),
    teacher: digest(1),
    runId: runIdOf(number),
    ...more,
  });
  version.operatingPoint!.temperature = Math.fround(1.2345678);
  version.operatingPoint!.threshold = Math.fround(0.12345678);
  return [
    version,
    evaluationRecorded(number, figures),
    evaluationRecorded(number, { ...figures, set: "test", images: hash(0xf02) }),
    evaluationRecorded(number, { ...figures, eventVersion: 2, set: "stress", changed: CHANGED }),
  ];
}

const CHANGED = {
  ...{ changes: hash(0xd01), count: 9 },
  ...{
    lowestSensitivity: { right: 2_000, of: 20_001 / 9 },
    lowestSpecificity: { right: 2_002, of: 20_005 / 9 },
  },
};

const runIdOf = (number: number): string => `20261124t0800${number}-0a1b2c3d`;
const SHARED_TAGS = { family: "residual", width: "16", sweep: "november", prepared: "yes" };

/** What the last of `count` versions adds to a snapshot that holds their runs already. */
function costOfLast(count: number, more: (number: number) => Partial<VersionRegistered>): number {
  const runs = Array.from({ length: count }, (_, i) => runStarted(runIdOf(i + 1)));
  const versions = Array.from({ length: count }, (_, i) => fullVersion(i + 1, more(i + 1)));
  const before = [modelCreated(), ...runs, ...versions.slice(0, -1).flat()];
  return snapshotBytes([...before, ...versions.at(-1)!]) - snapshotBytes(before);
}

test("one with two evaluations, run, registered parent, shared teacher and shared tags", () => {
  for (const count of [2, 50, 600]) {
    const cost = costOfLast(count, () => ({ tags: SHARED_TAGS }));
    expect(cost).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(cost).toBeGreaterThan(200); // it does hold all of that
  }
});

test("one whose parent and teacher are known to nobody else", () => {
  const strangers = (n: number) => ({
    tags: SHARED_TAGS,
    parent: digest(10_000 + n),
    teacher: digest(20_000 + n),
  });
  expect(costOfLast(600, strangers)).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("one with tags of its own, as long as they may be", () => {
  const own = (n: number) => ({ tags: { [`key-${n}`.padEnd(32, "k")]: `value-${n}`.padEnd(64, "v") } });
  expect(costOfLast(600, own)).toBeLessThanOrEqual(LIMIT_BYTES);
});
