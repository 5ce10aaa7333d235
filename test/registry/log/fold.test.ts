import {
  type Commit,
  currentVersion,
  decodeSnapshot,
  digestKey,
  EMPTY_STATE,
  encodeCommit,
  encodeSnapshot,
  findAnswering,
  findArtifact,
  findVersion,
  fold,
  KEYS_KEPT,
  listAnswered,
  makeCommit,
  type State,
  type StoredEvent,
} from "@radlite/registry/log";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutHistories } from "./arbitrary-events.ts";
import {
  aliasMoved,
  evaluationRecorded,
  hash,
  modelCreated,
  runFinished,
  runStarted,
  versionRegistered,
} from "./sample-events.ts";

const toCommits = (groups: readonly StoredEvent[][]): Commit[] =>
  groups.map((events, i) => makeCommit(i + 1, `id-${i}`, events));

/** As the log gives them back. */
const stored = (commits: readonly Commit[]): Commit[] =>
  commits.map((commit) => JSON.parse(Buffer.from(encodeCommit(commit)).toString()) as Commit);

describe("the laws of fold", () => {
  test("folding at once, in two pieces, or over a snapshot in between gives the same state", () => {
    fc.assert(
      fc.property(cutHistories, fc.nat(), (groups, where) => {
        const commits = stored(toCommits(groups));
        const cut = commits.length === 0 ? 0 : where % (commits.length + 1);
        const whole = fold(EMPTY_STATE, commits);
        const first = fold(EMPTY_STATE, commits.slice(0, cut));
        expect(fold(first, commits.slice(cut))).toEqual(whole);
        const restored = decodeSnapshot(encodeSnapshot(first)) as State;
        expect(restored).toEqual(first);
        expect(fold(restored, commits.slice(cut))).toEqual(whole);
        expect(Buffer.from(encodeSnapshot(fold(restored, commits.slice(cut))))).toEqual(
          Buffer.from(encodeSnapshot(whole)),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("a state stays as it is when others are folded from it", () => {
    fc.assert(
      fc.property(cutHistories, (groups) => {
        const commits = toCommits(groups);
        const first = fold(EMPTY_STATE, commits.slice(0, 2));
        const before = Buffer.from(encodeSnapshot(first)).toString();
        fold(first, commits.slice(2));
        expect(Buffer.from(encodeSnapshot(first)).toString()).toBe(before);
        expect(EMPTY_STATE.models.size + EMPTY_STATE.runs.size + EMPTY_STATE.keys.length).toBe(0);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  test("a commit that does not follow is refused by its number", () => {
    const [first, second, third] = toCommits([[modelCreated()], [], []]) as [Commit, Commit, Commit];
    const state = fold(EMPTY_STATE, [first]);
    expect(() => fold(state, [third])).toThrow("commit 2 is missing before 3");
    expect(() => fold(state, [first])).toThrow("commit 2 is missing before 1");
    expect(fold(state, [second, third]).logNumber).toBe(3);
  });
});

describe("what fold does not know", () => {
  test("is noted with its first commit, changes nothing, and stays noted over a snapshot", () => {
    const unknown = { kind: "ModelRenamed", eventVersion: 1, at: "", model: "chest-xray", to: "lung" };
    const newer = { ...versionRegistered(1), eventVersion: 3 } as never;
    const state = fold(EMPTY_STATE, toCommits([[modelCreated()], [unknown], [newer, unknown]]));
    expect([...state.ignored]).toEqual([
      ["ModelRenamed@1", 2],
      ["VersionRegistered@3", 3],
    ]);
    expect(state.models.get("chest-xray")?.versions).toHaveLength(0);
    expect(decodeSnapshot(encodeSnapshot(state))?.ignored).toEqual(state.ignored);
  });

  test("a known event about something unknown is noted too, and breaks nothing", () => {
    const events = [
      versionRegistered(1, { model: "renamed" }),
      evaluationRecorded(7),
      aliasMoved(null, 7),
      runFinished("nobody"),
      versionRegistered(3),
    ];
    const state = fold(EMPTY_STATE, toCommits([[modelCreated()], events]));
    expect([...state.ignored.keys()].sort()).toEqual([
      "AliasMoved@2",
      "EvaluationRecorded@1",
      "RunFinished@1",
      "VersionRegistered@1",
    ]);
    expect(state.models.get("chest-xray")?.versions).toHaveLength(0);
  });
});

describe("what fold makes of events", () => {
  test("numbers an alias's moves without a gap; the last one's version is current", () => {
    const state = fold(
      EMPTY_STATE,
      toCommits([
        [modelCreated(), versionRegistered(1), versionRegistered(2)],
        [aliasMoved(null, 1), aliasMoved(1, 2), aliasMoved(null, 1, { alias: "shadow" })],
        [aliasMoved(2, 1, { movement: "rollback" })],
      ]),
    );
    const moves = state.models.get("chest-xray")?.aliases.get("production") ?? [];
    expect(moves.map(({ ordinal, from, to, logNumber }) => [ordinal, from, to, logNumber])).toEqual([
      [1, undefined, 1, 2],
      [2, 1, 2, 2],
      [3, 2, 1, 3],
    ]);
    expect(currentVersion(state, "chest-xray")?.id).toBe("chest-xray@1");
    expect(currentVersion(state, "chest-xray", "shadow")?.id).toBe("chest-xray@1");
    expect(currentVersion(state, "chest-xray", "none")).toBeUndefined();
  });

  test("the latest evaluation on a set takes the place of the one before, the other set's stays", () => {
    const state = fold(
      EMPTY_STATE,
      toCommits([
        [
          modelCreated(),
          versionRegistered(1),
          evaluationRecorded(1),
          evaluationRecorded(1, { set: "test", ece: 0.2 }),
        ],
        [evaluationRecorded(1, { ece: 0.5, images: hash(0xf02) })],
      ]),
    );
    const { evaluations } = findVersion(state, "chest-xray@1")!;
    const [validation, onTest] = [evaluations.get("validation"), evaluations.get("test")];
    expect([validation?.ece, validation?.images, validation?.logNumber]).toEqual([0.5, hash(0xf02), 2]);
    expect([onTest?.ece, onTest?.logNumber]).toEqual([0.2, 1]);
  });

  test("finds a version by id, and by artifact the one registered first", () => {
    const state = fold(
      EMPTY_STATE,
      toCommits([
        [modelCreated("zebra"), modelCreated("ant")],
        [versionRegistered(1, { model: "zebra", artifact: hash(1) })],
        [versionRegistered(1, { model: "ant", artifact: hash(1) })],
      ]),
    );
    expect(findVersion(state, "ant@1")?.model).toBe("ant");
    expect(findArtifact(state, hash(1))?.id).toBe("zebra@1");
    for (const id of ["ant", "ant@", "ant@0", "ant@2", "ant@1.5", "@1", "bee@1", "ant@ant@1"]) {
      expect(findVersion(state, id)).toBeUndefined();
    }
  });

  test("a version has one id: no other spelling of its number names it", () => {
    const versions = Array.from({ length: 40 }, (_, i) => versionRegistered(i + 1));
    const state = fold(EMPTY_STATE, toCommits([[modelCreated(), ...versions]]));
    expect(findVersion(state, "chest-xray@33")?.number).toBe(33);
    for (const number of ["1e1", "0x21", "033", " 32 ", "+1", "1.0", "1_0", "0b1", "١", "1\n", "Infinity"]) {
      expect([number, findVersion(state, `chest-xray@${number}`)]).toEqual([number, undefined]);
    }
  });

  test("a run keeps who started it and gets its end", () => {
    const [started, finished] = [
      runStarted("r1"),
      runFinished("r1", { outcome: "FAILED", message: "no data" }),
    ];
    const before = fold(EMPTY_STATE, toCommits([[started]]));
    expect(before.runs.get("r1")).not.toHaveProperty("outcome");
    const after = fold(before, [makeCommit(2, "id", [finished])]);
    expect(after.runs.get("r1")).toMatchObject({ outcome: "FAILED", message: "no data", startedBy: "ada" });
  });

  test(`remembers the latest ${KEYS_KEPT} idempotency keys and few more, of each actor apart`, () => {
    const keyed = (i: number) => modelCreated("m", { idempotencyKey: `key ${i}` });
    const find = (state: State, key: string, actor = "ada") =>
      findAnswering(state.keys, digestKey(actor, key));
    const groups = Array.from({ length: 25 }, (_, g) =>
      Array.from({ length: 499 }, (_, i) => keyed(g * 499 + i)),
    );
    const commits = toCommits(groups);
    const last = 25 * 499 - 1;
    let state = EMPTY_STATE;
    for (const commit of commits) {
      const before = listAnswered(state.keys);
      const next = fold(state, [commit]);
      expect(listAnswered(state.keys)).toEqual(before); // as it was
      state = decodeSnapshot(encodeSnapshot(next))!;
      expect(state).toEqual(next);
    }
    expect(state).toEqual(fold(EMPTY_STATE, commits));
    const count = listAnswered(state.keys).length;
    expect(count).toBeGreaterThanOrEqual(KEYS_KEPT);
    expect(count).toBeLessThan(KEYS_KEPT + 500);
    expect(find(state, `key ${last}`)).toBe(25);
    expect(find(state, `key ${last - KEYS_KEPT + 1}`)).toBe(5);
    expect(find(state, `key ${last - count + 1}`)).toBeDefined();
    expect(find(state, `key ${last - count}`)).toBeUndefined();
    expect(find(state, `key ${last}`, "bob")).toBeUndefined();
  });
});
