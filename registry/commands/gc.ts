/**
 * gc: removes what no event names (unnamed.ts). It reads the whole log, trusts nothing derived from it, and leaves
 * alone what is younger than the grace time: between an upload and the event that names it lies some time.
 *
 * A registration may name an old object at the very moment that it is removed. So the log is read on before each
 * removal and after it, and what it names by then is put back; a registration looks in turn whether what it named is
 * still there (stored-objects.ts). Whichever comes last finds it, and what a gc was at when it was stopped lies beside
 * (removal.ts).
 */
import { randomUUID } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { type Actor, listUnnamedParts, readCommit, SNAPSHOT_PARTS_PREFIX } from "@radlite/registry/log";
import { type ObjectStore, overwrite } from "@radlite/registry/store";
import { readLog } from "./fsck-log.ts";
import { forget, restoreLeft, setAside } from "./removal.ts";
import { requireCommandRole } from "./roles.ts";
import {
  listUnnamed,
  type Names,
  nameIn,
  namesIn,
  namesInPredictions,
  type UnnamedObject,
} from "./unnamed.ts";

export const DEFAULT_GRACE_MS = 24 * 3_600_000;

export interface CollectGarbageInput {
  actor: Actor;
  /** Looks and removes nothing. */
  dryRun?: boolean;
  /** What was written more recently stays. */
  graceMs?: number;
  /** Milliseconds since 1970. */
  now?: number;
}

export interface Garbage extends UnnamedObject {
  sizeBytes: number;
  /** ISO time, by the store's clock. */
  writtenAt: string;
}

export interface GcReport {
  /** Removed, or to be removed when it was a dry run. */
  removed: Garbage[];
  /** Nothing names them either, but they are younger than the grace time. */
  young: Garbage[];
  /** Keys of what an earlier gc was stopped at that is named: they were put back. */
  restored: string[];
}

/**
 * @throws REFUSED for less than an approver and on a read-only store; CONFLICT when the log is not whole, since then
 * nobody knows what it named; BAD_INPUT for a grace time that is none.
 */
export async function collectGarbage(store: ObjectStore, input: CollectGarbageInput): Promise<GcReport> {
  const { actor, dryRun = false, graceMs = DEFAULT_GRACE_MS, now = Date.now() } = input;
  requireCommandRole("collectGarbage", actor);
  if (!(graceMs >= 0)) {
    throw new RadliteError("BAD_INPUT", `the grace time is ${graceMs} ms, expected 0 or more`);
  }
  const { commits, problems, isWhole } = await readLog(store);
  if (!isWhole) {
    throw new RadliteError(
      "CONFLICT",
      `${problems[0]!.key} ${problems[0]!.message}. Nobody knows what else the log named: nothing is removed until it is whole`,
    );
  }
  const names = namesIn(commits.flatMap(({ events }) => events));
  for (const name of await namesInPredictions(store)) names.add(name);
  const log: KnownLog = { names, reached: commits.length, isAside: false };
  const report: GcReport = { removed: [], young: [], restored: [] };
  if (!dryRun) report.restored = await restoreLeft(store, now, (key) => names.has(nameIn(key) ?? ""));
  const id = randomUUID();
  for await (const unnamed of listAll(store, log.names)) {
    const found = await store.stat(unnamed.key);
    if (!found) continue; // gone meanwhile
    const { sizeBytes, writtenMs } = found;
    const garbage = { ...unnamed, sizeBytes, writtenAt: new Date(writtenMs).toISOString() };
    if (now - writtenMs < graceMs) report.young.push(garbage);
    else if (dryRun || (await remove(store, { ...unnamed, writtenMs, id }, log)))
      report.removed.push(garbage);
  }
  if (log.isAside) await forget(store, id);
  return report;
}

/** What is derived from the log is no problem for fsck, and garbage all the same. */
async function* listAll(store: ObjectStore, names: Names): AsyncIterable<UnnamedObject> {
  yield* listUnnamed(store, names);
  for (const name of await listUnnamedParts(store))
    yield { kind: "DANGLING_SNAPSHOT_PART", key: SNAPSHOT_PARTS_PREFIX + name, name };
}

/** @returns false when it was named by then and is there again, or was never away. */
async function remove(
  store: ObjectStore,
  { key, name, writtenMs, id }: UnnamedObject & { writtenMs: number; id: string },
  log: KnownLog,
): Promise<boolean> {
  const found = await store.get(key);
  if (!found || (await isNamedNow(store, name, log))) return false;
  log.isAside = true;
  await setAside(store, id, key, found.bytes);
  if ((await store.stat(key))?.writtenMs !== writtenMs) return false; // it came again
  await store.delete(key);
  if (!(await isNamedNow(store, name, log))) return true;
  await overwrite(store, key, found.bytes);
  return false;
}

interface KnownLog {
  names: Names;
  /** Number of the last commit that was read. */
  reached: number;
  /** Whether something was set aside. */
  isAside: boolean;
}

async function isNamedNow(store: ObjectStore, name: string, log: KnownLog): Promise<boolean> {
  for (;;) {
    const next = await readCommit(store, log.reached + 1);
    if (!next) return log.names.has(name);
    for (const named of namesIn(next.events)) log.names.add(named);
    log.reached++;
  }
}
