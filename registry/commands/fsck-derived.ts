/** fsck's look at what is derived from the log, snapshots and pointers, and how they are derived anew. */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import {
  type Commit,
  EMPTY_STATE,
  encodeSnapshot,
  fold,
  numberOfSnapshotKey,
  pointerKey,
  pointerOf,
  SNAPSHOT_PREFIX,
  type State,
  snapshotKey,
} from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import type { FsckProblem } from "./fsck.ts";

const POINTER_PREFIX = "pointers/";

/** @param commits all of the log. */
export async function checkSnapshots(store: ObjectStore, commits: readonly Commit[]): Promise<FsckProblem[]> {
  const problems: FsckProblem[] = [];
  for await (const key of store.list(SNAPSHOT_PREFIX)) {
    const number = numberOfSnapshotKey(key);
    const found = await store.get(key);
    if (!found) continue; // cleaned up meanwhile
    if (!(number > 0 && number <= commits.length)) {
      problems.push({ kind: "WRONG_SNAPSHOT", key, message: "is of no commit that the log reaches" });
      continue;
    }
    const expected = encodeSnapshot(fold(EMPTY_STATE, commits.slice(0, number)));
    if (digestOf(found.bytes) === digestOf(expected)) continue;
    problems.push({ kind: "WRONG_SNAPSHOT", key, message: "is not the fold of the log" });
  }
  return problems;
}

export async function checkPointers(store: ObjectStore, state: State): Promise<FsckProblem[]> {
  const expected = expectedPointers(state);
  const problems: FsckProblem[] = [];
  for (const [key, bytes] of expected) {
    const found = await store.get(key);
    if (found && digestOf(found.bytes) === digestOf(bytes)) continue;
    const where = found ? `says ${describe(found.bytes)}` : "is missing";
    problems.push({ kind: "WRONG_POINTER", key, message: `${where}, the log says ${describe(bytes)}` });
  }
  for await (const key of store.list(POINTER_PREFIX)) {
    if (!expected.has(key))
      problems.push({ kind: "WRONG_POINTER", key, message: "the log never moved this alias" });
  }
  return problems;
}

/** @returns the keys that were written or deleted. */
export async function rebuildDerived(
  store: ObjectStore,
  state: State,
  problems: readonly FsckProblem[],
): Promise<string[]> {
  const rebuilt: string[] = [];
  const pointers = expectedPointers(state);
  for (const { key } of problems) {
    const bytes = pointers.get(key);
    if (!bytes) await store.delete(key);
    else {
      const found = await store.get(key);
      if (found) await store.replace(key, bytes, found.etag);
      else await store.create(key, bytes);
    }
    rebuilt.push(key);
  }
  if (state.logNumber === 0) return [...new Set(rebuilt)];
  const key = snapshotKey(state.logNumber);
  try {
    await store.create(key, encodeSnapshot(state));
    rebuilt.push(key);
  } catch (error) {
    if (!isConflict(error)) throw error; // a right one is there
  }
  return [...new Set(rebuilt)];
}

function expectedPointers(state: State): Map<string, Uint8Array> {
  const pointers = new Map<string, Uint8Array>();
  for (const { name, aliases } of state.models.values()) {
    for (const alias of aliases.keys()) {
      const pointer = pointerOf(state, name, alias);
      if (pointer) pointers.set(pointerKey(name, alias), encodeJson(pointer));
    }
  }
  return pointers;
}

function describe(bytes: Uint8Array): string {
  const { version, logNumber } = (decodeJson(bytes) ?? {}) as { version?: string; logNumber?: number };
  return version === undefined ? "nothing that can be read" : `${version} since commit ${logNumber}`;
}
