/**
 * Registry: a store, the state last read from it, and what reading and writing it needs. Opening reads the newest
 * snapshot and the log after it; a refresh asks only for the numbers after the last one known, and mends pointers
 * that lag behind the log (a promoter was killed between the two) where the store can be written.
 */
import { randomInt } from "node:crypto";
import { type ObjectStore, OPENED_FOR_READING } from "@radlite/registry/store";
import type { PendingMutation } from "./commit.ts";
import { fold } from "./fold.ts";
import { movePointer, pointerOf } from "./pointer.ts";
import { readNewestSnapshot } from "./snapshots.ts";
import { EMPTY_STATE, type State } from "./state.ts";
import { readListedTail, readTail } from "./tail.ts";

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
  /** Reads what others have committed since and returns the state with it. */
  refresh(): Promise<State>;
  /** Mutations that wait for the next commit; kept by commit.ts. */
  readonly pending: PendingMutation[];
  isCommitting: boolean;
  /** Log number that each pointer is known to have reached, by `<model>/<alias>`. */
  readonly pointersKnown: Map<string, number>;
}

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
    refresh: () => refresh(registry),
    pending: [],
    isCommitting: false,
    pointersKnown: new Map(),
  };
  if (store.readOnlyReason !== undefined && store.readOnlyReason !== OPENED_FOR_READING) {
    logger.warn(`${store.name} is read-only, because ${store.readOnlyReason}`);
  }
  const snapshot = (await readNewestSnapshot(store, logger)) ?? EMPTY_STATE;
  const { commits, reachesBack } = await readListedTail(store, snapshot.logNumber);
  if (reachesBack) registry.state = fold(snapshot, commits);
  else {
    logger.warn(
      `the newest snapshot says ${snapshot.logNumber} commits, which the log does not reach: ignored`,
    );
    registry.state = fold(EMPTY_STATE, (await readListedTail(store, 0)).commits);
  }
  await tryToMendPointers(registry);
  return registry;
}

async function refresh(registry: Registry): Promise<State> {
  const { state } = registry;
  const commits = await readTail(registry.store, state.logNumber);
  if (commits.length > 0) advance(registry, fold(state, commits));
  await tryToMendPointers(registry);
  return registry.state;
}

/** A reader is not stopped by a pointer that it cannot move: the next writer will. */
async function tryToMendPointers(registry: Registry): Promise<void> {
  await mendPointers(registry).catch((error) => {
    registry.logger.warn(`a pointer lags behind the log and was not moved: ${error.message}`);
  });
}

/** Takes a state over, unless this process has read further meanwhile. */
export function advance(registry: Registry, state: State): void {
  if (state.logNumber > registry.state.logNumber) registry.state = state;
}

/** Moves every pointer that lags behind the state. Costs nothing once each is known to be up to date. */
export async function mendPointers({ store, state, pointersKnown, logger }: Registry): Promise<void> {
  if (store.readOnlyReason !== undefined) return;
  for (const { name, aliases } of state.models.values()) {
    for (const alias of aliases.keys()) {
      const pointer = pointerOf(state, name, alias);
      const place = `${name}/${alias}`;
      if (!pointer || (pointersKnown.get(place) ?? 0) >= pointer.logNumber) continue;
      if (await movePointer(store, pointer)) logger.info(`${place} now points to ${pointer.version}`);
      pointersKnown.set(place, pointer.logNumber);
    }
  }
}
