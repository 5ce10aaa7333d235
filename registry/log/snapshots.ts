/**
 * Snapshots in the store: a shorter way to a state, never its source. Deleting them all, or damaging any, changes
 * nothing but the time that opening takes. The key counts down, so the first one listed is the newest.
 *
 * A snapshot names its commit by digest. One whose commit is not in the log was left behind when the log was put back
 * to an earlier copy: it is never believed, and whoever may write deletes it.
 */
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { knowsEvent } from "./fold.ts";
import { numberOfSnapshotKey, SNAPSHOT_PREFIX, snapshotKey } from "./keys.ts";
import type { Logger, Registry } from "./registry.ts";
import { decodeSnapshot, encodeSnapshot, isOlderSnapshot } from "./snapshot-codec.ts";
import type { State } from "./state.ts";
import { readCommitDigest } from "./tail.ts";

/** Older ones are deleted; more than one, so that a reader which has listed the keys still finds its snapshot. */
const KEPT = 3;

/** The newest state that can be read, is of this log and right for this code, or undefined. */
export async function readNewestSnapshot(store: ObjectStore, logger: Logger): Promise<State | undefined> {
  for await (const key of store.list(SNAPSHOT_PREFIX)) {
    const number = numberOfSnapshotKey(key);
    if (Number.isNaN(number)) continue; // nobody's
    const [found, head] = await Promise.all([store.get(key), readCommitDigest(store, number)]);
    if (!found) continue; // deleted since it was listed
    const state = decodeSnapshot(found.bytes);
    if (head === undefined || (state?.head ?? head) !== head) await setAside(store, key, logger);
    else if (isOlderSnapshot(found.bytes)) {
      logger.info(`${key} was written by an earlier Radlite: the log is read in its place`);
    } else if (!state) logger.warn(`${store.name}: ${key} is damaged or of another format: ignored`);
    else if ([...state.ignored.keys()].some(knowsEvent)) {
      logger.info(`${key} was written by a Radlite that did not know all events: ignored`);
    } else return { ...state, head };
  }
  return undefined;
}

async function setAside(store: ObjectStore, key: string, logger: Logger): Promise<void> {
  const isWritable = store.readOnlyReason === undefined;
  logger.warn(
    `${store.name}: ${key} is of a commit that is not in the log, so a restore left it behind: ${isWritable ? "deleted" : "ignored"}`,
  );
  if (!isWritable) return;
  await store.delete(key).catch((error) => {
    logger.warn(`${key} could not be deleted: ${error.message}`); // it is not believed the next time either
  });
}

/** Writes a snapshot and deletes older ones; what fails is only reported, since nothing depends on it. */
export async function writeSnapshot({ store, logger }: Registry, state: State): Promise<void> {
  const key = snapshotKey(state.logNumber);
  try {
    await store.create(key, encodeSnapshot(state)).catch(async (error) => {
      if (!isConflict(error)) throw error;
      await replaceForeign(store, key, state);
    });
    let kept = 0;
    for await (const older of store.list(SNAPSHOT_PREFIX)) {
      if (numberOfSnapshotKey(older) <= state.logNumber && ++kept > KEPT) await store.delete(older);
    }
  } catch (error) {
    logger.warn(`the snapshot of commit ${state.logNumber} was not written: ${(error as Error).message}`);
  }
}

/** What is there is the same fold, written by whoever was first, unless it was left behind or is damaged. */
async function replaceForeign(store: ObjectStore, key: string, state: State): Promise<void> {
  const there = await store.get(key);
  if (!there || decodeSnapshot(there.bytes)?.head === state.head) return;
  await store.replace(key, encodeSnapshot(state), there.etag).catch((error) => {
    if (!isConflict(error)) throw error; // somebody else did
  });
}
