/**
 * Snapshots in the store: a shorter way to a state, never its source. Deleting them all, or damaging any, changes
 * nothing but the time that opening takes. The key counts down, so the first one listed is the newest. What a large
 * registry's snapshot names lies beside them (snapshot-segments.ts); what is there already is not written again.
 *
 * A snapshot names its commit by digest. One whose commit is not in the log was left behind when the log was put back
 * to an earlier copy: it is never believed, and whoever may write deletes it.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { digestOf } from "@radlite/registry/bundle";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { knowsEvent } from "./fold.ts";
import {
  numberOfSnapshotKey,
  SNAPSHOT_PARTS_PREFIX,
  SNAPSHOT_PREFIX,
  segmentKey,
  snapshotKey,
} from "./keys.ts";
import type { Logger, Registry } from "./registry.ts";
import {
  encodeSnapshotHead,
  isOlderSnapshot,
  readSnapshotHead,
  type SnapshotHead,
} from "./snapshot-codec.ts";
import { encodeSegment, openSegments, planSegments } from "./snapshot-segments.ts";
import type { State } from "./state.ts";
import { readCommitDigest } from "./tail.ts";

/** Older ones are deleted; more than one, so that a reader which has listed the keys still finds its snapshot. */
const KEPT = 3;

/** Requests for segments under way at once, reading and writing. */
const READ_WIDTH = 32;
const WRITE_WIDTH = 8;

/** The newest state that can be read, is of this log and right for this code, or undefined. */
export async function readNewestSnapshot(store: ObjectStore, logger: Logger): Promise<State | undefined> {
  for await (const key of listHeads(store)) {
    const number = numberOfSnapshotKey(key);
    const [found, head] = await Promise.all([store.get(key), readCommitDigest(store, number)]);
    if (!found) continue; // deleted since it was listed
    const snapshot = readSnapshotHead(found.bytes);
    if (head === undefined || (snapshot?.head ?? head) !== head) {
      await setAside(store, key, logger, "of a commit that is not in the log, so a restore left it behind");
    } else if (isOlderSnapshot(found.bytes)) {
      logger.info(`${key} was written by an earlier Radlite: the log is read in its place`);
    } else if (!snapshot) logger.warn(`${store.name}: ${key} is damaged or of another format: ignored`);
    else if (snapshot.ignored.some(knowsEvent)) {
      logger.info(`${key} was written by a Radlite that did not know all events: ignored`);
    } else {
      const state = await readSegments(store, snapshot);
      if (state) return { ...state, head };
      // who writes the next one takes what this one names for there
      await setAside(store, key, logger, "missing a part or has a damaged one");
    }
  }
  return undefined;
}

/** What a snapshot says, read with all that it names, or undefined where anything is missing or damaged. */
export async function readSnapshot(store: ObjectStore, bytes: Uint8Array): Promise<State | undefined> {
  const snapshot = readSnapshotHead(bytes);
  return snapshot && readSegments(store, snapshot);
}

async function readSegments(
  store: ObjectStore,
  { segments, toState }: SnapshotHead,
): Promise<State | undefined> {
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at < segments.length; at += READ_WIDTH) {
    await Promise.all(
      segments.slice(at, at + READ_WIDTH).map(async (digest) => {
        const object = await store.get(segmentKey(digest));
        if (object) found.set(digest, object.bytes);
      }),
    );
  }
  const opened = openSegments(segments, found);
  return opened && toState(opened);
}

/** Keys of the snapshots themselves, the newest first. */
async function* listHeads(store: ObjectStore): AsyncIterable<string> {
  for await (const key of store.list(SNAPSHOT_PREFIX)) {
    if (!Number.isNaN(numberOfSnapshotKey(key))) yield key;
  }
}

async function setAside(store: ObjectStore, key: string, logger: Logger, fault: string): Promise<void> {
  const isWritable = store.readOnlyReason === undefined;
  logger.warn(`${store.name}: ${key} is ${fault}: ${isWritable ? "deleted" : "ignored"}`);
  if (!isWritable) return;
  await store.delete(key).catch((error) => {
    logger.warn(`${key} could not be deleted: ${error.message}`); // it is not believed the next time either
  });
}

/** Writes a snapshot when those before it are written, while others are answered; see `snapshotsWritten`. */
export function writeSnapshotBeside(registry: Registry, state: State): void {
  registry.snapshotsWritten = registry.snapshotsWritten.then(() => writeSnapshot(registry, state));
}

/** What fails is only reported, since nothing depends on it. */
async function writeSnapshot({ store, logger }: Registry, state: State): Promise<void> {
  try {
    await nextTurn(); // who waits for an answer comes first
    await storeSnapshot(store, state);
  } catch (error) {
    logger.warn(`the snapshot of commit ${state.logNumber} was not written: ${(error as Error).message}`);
  }
}

/** Writes a snapshot and deletes older ones. @throws what the store throws. */
export async function storeSnapshot(store: ObjectStore, state: State): Promise<void> {
  const before = await readHeads(store);
  const there = new Set([...before.values()].flat());
  const named = await writeSegments(store, state, there);
  const key = snapshotKey(state.logNumber);
  await writeHead(store, key, encodeSnapshotHead(state, named));
  await removeOlder(store, before.set(key, named), state.logNumber);
}

/** Parts that no snapshot names: whoever wrote them was stopped before the snapshot itself. @returns their digests. */
export async function listUnnamedParts(store: ObjectStore): Promise<string[]> {
  const named = new Set([...(await readHeads(store)).values()].flat());
  const parts: string[] = [];
  for await (const key of store.list(SNAPSHOT_PARTS_PREFIX))
    parts.push(key.slice(SNAPSHOT_PARTS_PREFIX.length));
  return parts.filter((digest) => !named.has(digest));
}

/** Digests that each snapshot names, by its key. */
async function readHeads(store: ObjectStore): Promise<Map<string, readonly string[]>> {
  const heads = new Map<string, readonly string[]>();
  for await (const key of listHeads(store)) {
    const found = await store.get(key);
    heads.set(key, (found && readSnapshotHead(found.bytes)?.segments) ?? []);
  }
  return heads;
}

/** One at a time, so that nobody waits for longer than one takes. @returns the digests. */
async function writeSegments(
  store: ObjectStore,
  state: State,
  there: ReadonlySet<string>,
): Promise<string[]> {
  const named: string[] = [];
  const writes: Promise<void>[] = [];
  for (const segment of planSegments(state)) {
    const { digest, isNew, bytes } = encodeSegment(segment);
    named.push(digest);
    if (!there.has(digest)) writes.push(createUnlessThere(store, digest, bytes()));
    if (writes.length >= WRITE_WIDTH) await Promise.all(writes.splice(0));
    if (isNew) await nextTurn();
  }
  await Promise.all(writes);
  return named;
}

/** What is there has the same bytes, since its name is their digest, unless it is damaged. */
async function createUnlessThere(store: ObjectStore, digest: string, bytes: Uint8Array): Promise<void> {
  const key = segmentKey(digest);
  await store.create(key, bytes).catch(async (error) => {
    if (!isConflict(error)) throw error;
    const there = await store.get(key);
    if (there && digestOf(there.bytes) !== digest) await store.replace(key, bytes, there.etag);
  });
}

async function writeHead(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  await store.create(key, bytes).catch(async (error) => {
    if (!isConflict(error)) throw error;
    await replaceForeign(store, key, bytes);
  });
}

/** What is there is the same fold, written by whoever was first, unless it was left behind or is damaged. */
async function replaceForeign(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  const there = await store.get(key);
  if (!there || readSnapshotHead(there.bytes)?.head === readSnapshotHead(bytes)?.head) return;
  await store.replace(key, bytes, there.etag).catch((error) => {
    if (!isConflict(error)) throw error; // somebody else did
  });
}

/** Snapshots go before what they name: a reader finds all of one or none of it. */
async function removeOlder(
  store: ObjectStore,
  heads: ReadonlyMap<string, readonly string[]>,
  logNumber: number,
): Promise<void> {
  const older = [...heads.keys()]
    .filter((key) => numberOfSnapshotKey(key) <= logNumber)
    .sort()
    .slice(KEPT);
  const kept = new Set([...heads].flatMap(([key, named]) => (older.includes(key) ? [] : named)));
  for (const key of older) await store.delete(key);
  const unnamed = new Set(older.flatMap((key) => heads.get(key)!).filter((digest) => !kept.has(digest)));
  for (const digest of unnamed) await store.delete(segmentKey(digest));
}
