/**
 * Registry: a store, the state last read from it, and what reading and writing it needs. Opening reads the newest
 * snapshot and the log after it; a refresh asks only for the numbers after the last one known, and mends pointers
 * that lag behind the log (a promoter was killed between the two) where the store can be written.
 *
 * Invariant: a process builds on the log that lies there. If somebody put that back to an earlier copy, the commit
 * that this process read last is gone or another one; it then forgets what it knew and reads anew.
 */
import { randomInt } from "node:crypto";
import { type ObjectStore, OPENED_FOR_READING } from "@radlite/registry/store";
import type { PendingMutation } from "./commit.ts";
import type { Commit } from "./events.ts";
import { fold } from "./fold.ts";
import type { Pointer } from "./pointer.ts";
import { mendPointers, removeLeftPointers } from "./pointer-mending.ts";
import { readNewestSnapshot } from "./snapshots.ts";
import { EMPTY_STATE, type State } from "./state.ts";
import { readCommitDigest, readListedTail, readTail } from "./tail.ts";

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

export interface OpenRegistryOptions {
  store: ObjectStore;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** In [0, 1): ids and back-off come from it. */
  random?: () => number;
  logger?: Logger;
  /** A snapshot is written each time that the log has grown by this many commits. */
  snapshotEvery?: number;
}

export interface Registry {
  readonly store: ObjectStore;
  readonly clock: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly snapshotEvery: number;
  /** As of the last refresh or commit of this process; the value is immutable, `advance` puts a newer one here. */
  state: State;
  /**
   * Reads what others have committed since and returns the state with it. That the log still holds what was read
   * before is looked at once a minute; `checkHead`: now, as who writes on top of it must.
   */
  refresh(options?: { checkHead?: boolean }): Promise<State>;
  /**
   * Settled when no snapshot is being written: they are written while others are answered. For who is about to stop,
   * such as a function that is frozen after its answer; it never rejects.
   */
  snapshotsWritten: Promise<void>;
  /** Mutations that wait for the next commit; kept by commit.ts. */
  readonly pending: PendingMutation[];
  isCommitting: boolean;
  /** What each pointer is known to say, by `<model>/<alias>`. */
  readonly pointersKnown: Map<string, Pointer>;
  /** When the last commit read was last seen in the log, in milliseconds by the clock. */
  headSeenMs: number;
}

/** A log put back to an earlier copy is noticed by readers within this. */
const HEAD_STALE_MS = 60_000;

const UINT48 = 2 ** 48 - 1; // the widest range of randomInt

/** @throws UNAVAILABLE when the store does not answer or its log has a hole. */
export async function openRegistry(options: OpenRegistryOptions): Promise<Registry> {
  const {
    store,
    clock = Date.now,
    random = () => randomInt(UINT48) / UINT48,
    logger = { info: () => undefined, warn: console.warn },
    snapshotEvery = 64,
  } = options;
  const registry: Registry = {
    store,
    clock,
    random,
    logger,
    snapshotEvery,
    state: EMPTY_STATE,
    refresh: shareReads((refreshOptions) => refresh(registry, refreshOptions)),
    snapshotsWritten: Promise.resolve(),
    pending: [],
    isCommitting: false,
    pointersKnown: new Map(),
    headSeenMs: 0,
  };
  if (store.readOnlyReason !== undefined && store.readOnlyReason !== OPENED_FOR_READING) {
    logger.warn(`${store.name} is read-only, because ${store.readOnlyReason}`);
  }
  await readAnew(registry);
  return registry;
}

type Refresh = Registry["refresh"];

/**
 * Who asks while a read is under way waits for the next one, with all who ask until that begins: each is told of
 * everything that was there when it asked, by two reads at most.
 */
function shareReads(read: Refresh): Refresh {
  let running: Promise<unknown> = Promise.resolve();
  let next: { read: Promise<State>; checkHead: boolean | undefined } | undefined;

  return ({ checkHead } = {}) => {
    if (!next) {
      const waiting = { checkHead, read: running.then(begin, begin) };
      function begin(): Promise<State> {
        next = undefined;
        return read(waiting.checkHead === undefined ? {} : { checkHead: waiting.checkHead });
      }
      next = waiting;
      running = waiting.read;
    }
    next.checkHead ||= checkHead;
    return next.read;
  };
}

async function readAnew(registry: Registry): Promise<void> {
  const { store, logger, clock, pointersKnown } = registry;
  const snapshot = (await readNewestSnapshot(store, logger)) ?? EMPTY_STATE;
  registry.state = fold(snapshot, await readListedTail(store, snapshot.logNumber));
  registry.headSeenMs = clock();
  pointersKnown.clear();
  await tryToMendPointers(registry);
  await tryTo(registry, "a pointer of no alias was not looked at", () => removeLeftPointers(registry));
}

async function refresh(
  registry: Registry,
  { checkHead = isHeadStale(registry) }: { checkHead?: boolean } = {},
): Promise<State> {
  const { state, store, logger, clock } = registry;
  const [commits, isThere] = await Promise.all([
    readTail(store, state.logNumber),
    checkHead ? isHeadThere(registry) : true,
  ]);
  if (!isThere || !followsOn(state, commits[0])) {
    logger.warn(
      `${store.name}: commit ${state.logNumber}, read earlier, is no longer the log's: it was put back to another copy, and is read anew`,
    );
    await readAnew(registry);
    return registry.state;
  }
  if (checkHead || commits.length > 0) registry.headSeenMs = clock();
  if (commits.length > 0) advance(registry, fold(state, commits));
  await tryToMendPointers(registry);
  return registry.state;
}

/** Also where the clock was set back since: it does not say how long ago that was. */
function isHeadStale({ clock, headSeenMs }: Registry): boolean {
  const ageMs = clock() - headSeenMs;
  return ageMs >= HEAD_STALE_MS || ageMs < 0;
}

async function isHeadThere({ store, state: { logNumber, head } }: Registry): Promise<boolean> {
  return logNumber === 0 || (await readCommitDigest(store, logNumber)) === head;
}

/** A commit names the one that it was written after; those of older releases do not. */
function followsOn({ head }: State, next: Commit | undefined): boolean {
  return next?.previous === undefined || next.previous === head;
}

/** Nobody is stopped by a pointer that cannot be moved: the next writer will move it. */
export function tryToMendPointers(registry: Registry): Promise<void> {
  return tryTo(registry, "a pointer is not where the log says and was not moved", () =>
    mendPointers(registry),
  );
}

async function tryTo({ logger }: Registry, failure: string, mend: () => Promise<void>): Promise<void> {
  await mend().catch((error) => logger.warn(`${failure}: ${error.message}`));
}

/** Takes a state over, unless this process has read further meanwhile. */
export function advance(registry: Registry, state: State): void {
  if (state.logNumber > registry.state.logNumber) registry.state = state;
}
