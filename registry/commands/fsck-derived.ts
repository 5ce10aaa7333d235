/** fsck's look at what is derived from the log, snapshots and pointers, and how they are derived anew. */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import {
  type Commit,
  clearPointer,
  decodePointer,
  EMPTY_STATE,
  encodeSnapshot,
  fold,
  isNoPointer,
  isOlderSnapshot,
  numberOfSnapshotKey,
  POINTER_PREFIX,
  type Pointer,
  pointerKey,
  pointerOf,
  readSnapshot,
  SNAPSHOT_PARTS_PREFIX,
  SNAPSHOT_PREFIX,
  type State,
  saysSame,
  snapshotKey,
  storeSnapshot,
} from "@radlite/registry/log";
import { type ObjectStore, overwrite } from "@radlite/registry/store";
import type { FsckProblem } from "./fsck.ts";

const LEFT_BEHIND = "a restore of the log left it behind";

/** @param commits all of the log. */
export async function checkSnapshots(store: ObjectStore, commits: readonly Commit[]): Promise<FsckProblem[]> {
  const problems: FsckProblem[] = [];
  for await (const key of store.list(SNAPSHOT_PREFIX)) {
    const found = await store.get(key);
    if (!found) continue; // cleaned up meanwhile
    if (key.startsWith(SNAPSHOT_PARTS_PREFIX)) continue; // looked at with the snapshots that name them
    const message = await findSnapshotProblem(store, found.bytes, numberOfSnapshotKey(key), commits);
    if (message !== undefined) problems.push({ kind: "WRONG_SNAPSHOT", key, message });
  }
  return problems;
}

async function findSnapshotProblem(
  store: ObjectStore,
  bytes: Uint8Array,
  number: number,
  commits: readonly Commit[],
): Promise<string | undefined> {
  if (!(number <= commits.length)) return `is of no commit that the log reaches: ${LEFT_BEHIND}`;
  if (isOlderSnapshot(bytes)) return undefined; // nobody reads it
  const state = await readSnapshot(store, bytes);
  if (!state) return "is damaged, lacks a part, or is of another format";
  const expected = fold(EMPTY_STATE, commits.slice(0, number));
  if ((state.head ?? expected.head) !== expected.head) {
    return `is of another commit ${number} than the log's: ${LEFT_BEHIND}`;
  }
  return digestOf(encodeSnapshot(state)) === digestOf(encodeSnapshot(expected))
    ? undefined
    : "is not the fold of the log";
}

export async function checkPointers(store: ObjectStore, state: State): Promise<FsckProblem[]> {
  const expected = expectedPointers(state);
  const problems: FsckProblem[] = [];
  for (const [key, pointer] of expected) {
    const found = await store.get(key);
    const there = found && decodePointer(found.bytes);
    if (there && (saysSame(there, pointer) || isOlder(there, pointer))) continue;
    const where = found ? `says ${describe(found.bytes, state)}` : "is missing";
    problems.push({
      kind: "WRONG_POINTER",
      key,
      message: `${where}, the log says ${describe(encodeJson(pointer), state)}`,
    });
  }
  for await (const key of store.list(POINTER_PREFIX)) {
    if (expected.has(key)) continue;
    const found = await store.get(key);
    if (found && isNoPointer(found.bytes)) continue;
    const says = found ? `says ${describe(found.bytes, state)}, ` : "";
    problems.push({ kind: "WRONG_POINTER", key, message: `${says}the log never moved this alias` });
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
    const pointer = pointers.get(key);
    if (pointer) await overwrite(store, key, encodeJson(pointer));
    else if (key.startsWith(POINTER_PREFIX)) await clear(store, key, state);
    else await store.delete(key);
    rebuilt.push(key);
  }
  if (state.logNumber === 0) return [...new Set(rebuilt)];
  const key = snapshotKey(state.logNumber);
  if (!(await store.get(key))) {
    await storeSnapshot(store, state);
    rebuilt.push(key);
  }
  return [...new Set(rebuilt)];
}

async function clear(store: ObjectStore, key: string, { logNumber }: State): Promise<void> {
  const found = await store.get(key);
  if (found) await clearPointer(store, key, found, logNumber);
}

/** Of a release that wrote less, and right as far as it goes; whoever may write adds the rest. */
function isOlder(there: Pointer, { ungated: _, ...expected }: Pointer): boolean {
  const { asOf: __, performance: ___, ...oldest } = expected;
  return saysSame(there, expected) || (there.asOf === undefined && saysSame(there, oldest));
}

function expectedPointers(state: State): Map<string, Pointer> {
  const pointers = new Map<string, Pointer>();
  for (const { name, aliases } of state.models.values()) {
    for (const alias of aliases.keys()) {
      const pointer = pointerOf(state, name, alias);
      if (pointer) pointers.set(pointerKey(name, alias), pointer);
    }
  }
  return pointers;
}

function describe(bytes: Uint8Array, { logNumber: head }: State): string {
  const pointer = (decodeJson(bytes) ?? {}) as Partial<Pointer>;
  const { version, logNumber, asOf, gate } = pointer;
  if (version === undefined || logNumber === undefined) return "nothing that can be read";
  const behind = gate ? ` behind the gate ${gate.artifact}` : "";
  const later = asOf === undefined || asOf === logNumber ? "" : `, with figures and gate as of ${asOf}`;
  const beyond =
    Math.max(logNumber, asOf ?? 0) > head ? `, which the log does not reach: ${LEFT_BEHIND}` : "";
  return `${version}${behind} since commit ${logNumber}${later}${beyond}`;
}
