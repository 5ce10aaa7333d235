import { encodeJson } from "@radlite/registry/bundle";
import {
  collectGarbage,
  createModel,
  type FsckReport,
  fsck,
  heartbeat,
  promote,
  startRun,
} from "@radlite/registry/commands";
import {
  encodeCommit,
  encodeSnapshot,
  logKey,
  makeCommit,
  openRegistry,
  pointerKey,
  type Registry,
  readPointer,
  snapshotKey,
} from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { hash } from "../log/sample-events.ts";
import { bytesOf, keysOf } from "../store/writes.ts";
import { ADA, BOB, MODEL, openSample, register, SILENT } from "./sample.ts";

/** A model, two versions, one in production, and a snapshot of all of it: five commits. */
async function makeRegistry(): Promise<{ store: ObjectStore; registry: Registry }> {
  const store = memoryStore();
  const { registry: first } = await openSample(store);
  await register(first, { seed: 1, sets: ["validation", "test"] });
  await register(first, { seed: 2 });
  await promote(first, { version: "chest-xray@1", reason: "first", actor: ADA });
  const registry = await openRegistry({ store, snapshotEvery: 1, logger: SILENT });
  await promote(registry, { version: "chest-xray@2", reason: "second", actor: BOB });
  await registry.snapshotsWritten;
  return { store, registry };
}

const problemsOf = ({ problems }: FsckReport): [string, string][] =>
  problems.map(({ kind, key }) => [kind, key]);

async function damage(store: ObjectStore, key: string, bytes = bytesOf("damaged")): Promise<void> {
  await store.replace(key, bytes, (await store.get(key))!.etag);
}

const evaluationKeys = (store: ObjectStore): Promise<string[]> => keysOf(store, "evaluations/");
const artifactOf = ({ state }: Registry, number: number): string =>
  `artifacts/${state.models.get(MODEL)!.versions.get(number - 1)!.artifact}`;

test("a healthy registry has no problems, and is counted", async () => {
  const { store } = await makeRegistry();
  expect(await fsck(store)).toEqual({
    commits: 5,
    versions: 2,
    artifacts: 2,
    evaluations: 3,
    predictions: 0,
    problems: [],
    rebuilt: [],
  });
  expect((await fsck(memoryStore())).problems).toEqual([]);
});

describe("finds", () => {
  test("an artifact or evaluation that is damaged, missing or named by nobody", async () => {
    const { store, registry } = await makeRegistry();
    const [first, second, third] = await evaluationKeys(store);
    await damage(store, artifactOf(registry, 1));
    await store.delete(artifactOf(registry, 2));
    await store.create(`artifacts/${"0".repeat(64)}`, bytesOf("stray"));
    await damage(store, first!);
    await store.delete(second!);
    await store.create(`evaluations/${"0".repeat(64)}.json`, bytesOf("stray"));
    expect(problemsOf(await fsck(store)).sort()).toEqual(
      [
        ["DAMAGED_ARTIFACT", artifactOf(registry, 1)],
        ["MISSING_ARTIFACT", artifactOf(registry, 2)],
        ["DANGLING_ARTIFACT", `artifacts/${"0".repeat(64)}`],
        ["DAMAGED_EVALUATION", first],
        ["MISSING_EVALUATION", second],
        ["DANGLING_EVALUATION", `evaluations/${"0".repeat(64)}.json`],
      ].sort(),
    );
    expect(third).toBeDefined();
  });

  test("figures in the log that are not those of the cases", async () => {
    const { store } = await makeRegistry();
    const key = logKey(3);
    const commit = JSON.parse(Buffer.from((await store.get(key))!.bytes).toString());
    commit.events[1].auc.value = 0.5;
    await damage(store, key, encodeCommit(makeCommit(3, commit.commitId, commit.events)));
    const { problems } = await fsck(store);
    expect(problems.map(({ kind }) => kind)).toContain("WRONG_FIGURES");
    expect(problems.find(({ kind }) => kind === "WRONG_FIGURES")?.message).toContain(
      "chest-xray@2 on validation",
    );
  });

  test("what a restore of the log left behind: snapshots, pointers, evidence and runs of later commits", async () => {
    const { store, registry } = await makeRegistry();
    const run = await startRun(registry, {
      ...{
        model: MODEL,
        recipe: { name: "r", digest: hash(1) },
        dataset: "d",
        executor: "child",
        actor: ADA,
      },
    });
    await heartbeat(registry, { runId: run.id });
    await registry.snapshotsWritten;
    const second = artifactOf(registry, 2);
    for (const key of await keysOf(store, "log/", logKey(2))) await store.delete(key);
    const evaluation = registry.state.models.get(MODEL)!.versions.get(1)?.artifact;
    expect(second).toContain(evaluation);
    const { problems } = await fsck(store);
    expect(problems.map(({ kind }) => kind)).toEqual([
      "DANGLING_ARTIFACT",
      "DANGLING_EVALUATION",
      "DANGLING_RUN",
      "WRONG_SNAPSHOT",
      "WRONG_SNAPSHOT",
      "WRONG_POINTER",
    ]);
    expect(problems.at(-2)?.message).toBe(
      "is of no commit that the log reaches: a restore of the log left it behind",
    );
    expect(problems.at(-1)?.message).toBe(
      "says chest-xray@2 since commit 5, which the log does not reach: a restore of the log left it behind, the log never moved this alias",
    );
    await fsck(store, { rebuild: true });
    await collectGarbage(store, { actor: ADA, graceMs: 0 });
    expect((await fsck(store)).problems).toEqual([]);
    expect(await readPointer(store, MODEL, "production")).toBeUndefined();
  });

  test("parts of two histories: which commit does not follow, though the registry cannot be opened", async () => {
    const { store } = await makeRegistry();
    const commit = JSON.parse(Buffer.from((await store.get(logKey(3)))!.bytes).toString());
    const { previous, events } = commit;
    await damage(store, logKey(3), encodeCommit(makeCommit(3, "another", events, previous)));
    for (const key of await keysOf(store, "snapshot/")) await store.delete(key);
    const report = await fsck(store);
    expect(report.commits).toBe(3);
    expect(problemsOf(report)).toEqual([["BROKEN_CHAIN", logKey(4)]]);
    await expect(openRegistry({ store, logger: SILENT })).rejects.toThrow(
      "commit 4 was not written after the commit 3",
    );
    await expect(fsck(store, { rebuild: true })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("a snapshot of another commit by the same number", async () => {
    const { store, registry } = await makeRegistry();
    await damage(store, snapshotKey(5), encodeSnapshot({ ...registry.state, head: hash(5) }));
    expect((await fsck(store)).problems).toEqual([
      {
        kind: "WRONG_SNAPSHOT",
        key: snapshotKey(5),
        message: "is of another commit 5 than the log's: a restore of the log left it behind",
      },
    ]);
  });

  test("a snapshot that has forgotten a key, or names the wrong commit for one", async () => {
    const { store, registry } = await makeRegistry();
    await createModel(registry, { name: "hand", description: "", actor: ADA, idempotencyKey: "k" });
    await registry.snapshotsWritten;
    const [key] = registry.state.keys[0]!.keys();
    for (const keys of [[], [new Map([[key!, 3]])]]) {
      await damage(store, snapshotKey(6), encodeSnapshot({ ...registry.state, keys }));
      expect(problemsOf(await fsck(store))).toEqual([["WRONG_SNAPSHOT", snapshotKey(6)]]);
    }
  });

  test("a gap in the log, a damaged commit and a foreign key, though the registry cannot be opened", async () => {
    const { store } = await makeRegistry();
    for (const key of await keysOf(store, "snapshot/")) await store.delete(key);
    await store.delete(logKey(2));
    await damage(store, logKey(4));
    await store.create("log/notes.txt", bytesOf("x"));
    await expect(openRegistry({ store, logger: SILENT })).rejects.toThrow(`${logKey(2)} is missing`);
    const report = await fsck(store);
    expect(report.commits).toBe(1);
    // Nothing is said of what lies behind the gap: neither dangling evidence nor a wrong pointer.
    expect(problemsOf(report).sort()).toEqual([
      ["DAMAGED_COMMIT", logKey(4)],
      ["FOREIGN_KEY", "log/notes.txt"],
      ["GAP", logKey(2)],
    ]);
    await expect(fsck(store, { rebuild: true })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("pointers and snapshots that are not what the log says", async () => {
    const { store, registry } = await makeRegistry();
    const pointer = (await readPointer(store, MODEL, "production")) as { pointer: object };
    await damage(
      store,
      pointerKey(MODEL, "production"),
      encodeJson({ ...pointer.pointer, artifact: "f".repeat(64) }),
    );
    await store.create(pointerKey(MODEL, "shadow"), bytesOf('{"version":1}'));
    await damage(store, snapshotKey(5));
    await store.create(snapshotKey(99), bytesOf("{}"));
    expect(problemsOf(await fsck(store))).toEqual([
      ["WRONG_SNAPSHOT", snapshotKey(99)],
      ["WRONG_SNAPSHOT", snapshotKey(5)],
      ["WRONG_POINTER", pointerKey(MODEL, "production")],
      ["WRONG_POINTER", pointerKey(MODEL, "shadow")],
    ]);
    expect(registry.state.logNumber).toBe(5);
  });
});

test("rebuild derives pointers and snapshots anew; after it nothing is wrong, and the state is the same", async () => {
  const { store, registry } = await makeRegistry();
  await damage(store, pointerKey(MODEL, "production"));
  await store.create(pointerKey(MODEL, "shadow"), bytesOf('{"version":1}'));
  await damage(store, snapshotKey(5));
  const { problems, rebuilt } = await fsck(store, { rebuild: true });
  expect(problems).toEqual([]);
  expect(rebuilt.sort()).toEqual(
    [pointerKey(MODEL, "production"), pointerKey(MODEL, "shadow"), snapshotKey(5)].sort(),
  );
  expect((await fsck(store)).problems).toEqual([]);
  expect(await readPointer(store, MODEL, "production")).toMatchObject({
    pointer: { version: "chest-xray@2" },
  });
  expect((await openRegistry({ store, logger: SILENT })).state).toEqual(registry.state);
});

test("rebuild of a registry that lost all that is derived brings it back", async () => {
  const { store } = await makeRegistry();
  for (const prefix of ["pointers/", "snapshot/"]) {
    for (const key of await keysOf(store, prefix)) await store.delete(key);
  }
  const { rebuilt } = await fsck(store, { rebuild: true });
  expect(rebuilt).toEqual([pointerKey(MODEL, "production"), snapshotKey(5)]);
});
