/**
 * Snapshots in the store: a shorter way to a state, never its source. Deleting them all, or damaging any, changes
 * nothing but the time that opening takes. The key counts down, so the first one listed is the newest.
 */
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { knowsEvent } from "./fold.ts";
import { SNAPSHOT_PREFIX, snapshotKey } from "./keys.ts";
import type { Logger, Registry } from "./registry.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-codec.ts";
import type { State } from "./state.ts";

/** Older ones are deleted; more than one, so that a reader which has listed the keys still finds its snapshot. */
const KEPT = 3;

/** The newest state that can be read and is right for this code, or undefined. */
export async function readNewestSnapshot(store: ObjectStore, logger: Logger): Promise<State | undefined> {
  for await (const key of store.list(SNAPSHOT_PREFIX)) {
    const found = await store.get(key);
    if (!found) continue; // deleted since it was listed
    const state = decodeSnapshot(found.bytes);
    if (!state) logger.warn(`${store.name}: ${key} is damaged or of another format: ignored`);
    else if ([...state.ignored.keys()].some(knowsEvent)) {
      logger.info(`${key} was written by a Radlite that did not know all events: ignored`);
    } else return state;
  }
  return undefined;
}

/** Writes a snapshot and deletes old ones; what fails is only reported, since nothing depends on it. */
export async function writeSnapshot({ store, logger }: Registry, state: State): Promise<void> {
  try {
    await store.create(snapshotKey(state.logNumber), encodeSnapshot(state)).catch((error) => {
      if (!isConflict(error)) throw error; // the same fold, written by whoever was first
    });
    let kept = 0;
    for await (const key of store.list(SNAPSHOT_PREFIX)) if (++kept > KEPT) await store.delete(key);
  } catch (error) {
    logger.warn(`the snapshot of commit ${state.logNumber} was not written: ${(error as Error).message}`);
  }
}
