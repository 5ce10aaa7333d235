/**
 * commit: the only way into the log. Refresh, decide on the fresh state, create the next number; when somebody
 * was first, refresh and decide again. Mutations that arrive together share one object (group commit): they are
 * decided one after the other, each on the state with the events of those before it, and made durable at once.
 *
 * Invariant: an attempt keeps its commitId through every repetition. A create that fails, for whatever reason,
 * is followed by a look at what is there: the own commitId means that the answer was lost, not the object.
 *
 * A batch that waited while another one was written is decided on what that one left, without asking again: the
 * store has just said that nobody had been there before. If somebody is by the next create, that fails, and the
 * batch is decided anew. So a busy process makes one request a batch, and the next batch grows while it is under way.
 */
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import { isConflict, isUnavailable } from "@radlite/registry/store";
import { writeCommit } from "./commit-object.ts";
import type { Commit, RegistryEvent } from "./events.ts";
import { fold, foldTentatively } from "./fold.ts";
import { logKey } from "./keys.ts";
import { randomId } from "./random-id.ts";
import { advance, type Registry } from "./registry.ts";
import { writeSnapshotBeside } from "./snapshots.ts";
import type { State } from "./state.ts";
import { readCommit } from "./tail.ts";

const MAX_BATCH = 256;
const MAX_ATTEMPTS = 200; // each lost race means that another writer's commit went in
const MAX_REPEATS = 5; // of one create whose outcome is not known
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 500;

export interface Decision<T> {
  /** Nothing to record when empty. */
  events: RegistryEvent[];
  /** What to tell the caller, from the state that holds the events. */
  answer(state: State): T;
}

/** Pure: it may be asked again, on a fresher state. What it throws goes to its caller alone. */
export type Decide<T> = (state: State, now: string) => Decision<T>;

export interface PendingMutation {
  decide: Decide<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * @returns the answer, once the events are in the log.
 * @throws what `decide` throws; REFUSED on a read-only store; UNAVAILABLE when the outcome is not known.
 */
export function commit<T>(registry: Registry, decide: Decide<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    registry.pending.push({ decide, resolve: resolve as (value: unknown) => void, reject });
    if (!registry.isCommitting) void commitPending(registry);
  });
}

async function commitPending(registry: Registry): Promise<void> {
  registry.isCommitting = true;
  await nextTurn(); // requests parsed in this turn come along
  let written: State | undefined;
  while (registry.pending.length > 0) {
    const batch = registry.pending.splice(0, MAX_BATCH);
    try {
      const state = await commitBatch(registry, batch, written);
      written = registry.pending.length > 0 ? state : undefined;
    } catch (error) {
      written = undefined;
      for (const { reject } of batch) reject(error);
    }
    await nextTurn(); // what callers ask upon their answers comes along
  }
  registry.isCommitting = false;
}

/**
 * @param written what this process wrote right before, and still knows of nothing newer.
 * @returns what it wrote, if anything.
 */
async function commitBatch(
  registry: Registry,
  batch: PendingMutation[],
  written: State | undefined,
): Promise<State | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const isFresh = attempt === 1 && written !== undefined && registry.state === written;
    const state = isFresh ? written : await registry.refresh({ checkHead: true });
    const { events, settle } = decideAll(state, batch, new Date(registry.clock()).toISOString());
    if (events.length === 0) {
      if (isFresh) continue; // no create will say whether it still is
      settle(state);
      return undefined;
    }
    const commitId = randomId(registry.random);
    const { commit: next, bytes } = writeCommit(state.logNumber + 1, commitId, events, state.head);
    if (await publish(registry, next, bytes)) {
      const reached = fold(state, [next]);
      advance(registry, reached);
      if (next.number % registry.snapshotEvery === 0) writeSnapshotBeside(registry, reached);
      settle(reached);
      return reached;
    }
    await backOff(registry, attempt);
  }
  throw new RadliteError("UNAVAILABLE", `${registry.store.name}: the log is too busy; try again`);
}

/** Every mutation of a batch on the state that the ones before it leave; what one throws is its answer. */
function decideAll(
  state: State,
  batch: PendingMutation[],
  now: string,
): { events: RegistryEvent[]; settle(state: State): void } {
  const events: RegistryEvent[] = [];
  const answers: { mutation: PendingMutation; answer(state: State): unknown }[] = [];
  let draft = state;
  for (const [at, mutation] of batch.entries()) {
    const decision = decideOne(mutation.decide, draft, now);
    const isLast = at === batch.length - 1;
    if (decision.events.length > 0 && !isLast) draft = foldTentatively(draft, decision.events);
    events.push(...decision.events);
    answers.push({ mutation, answer: decision.answer });
  }
  return {
    events,
    settle(reached) {
      for (const { mutation, answer } of answers) {
        try {
          mutation.resolve(answer(reached));
        } catch (error) {
          mutation.reject(error);
        }
      }
    },
  };
}

function decideOne(decide: Decide<unknown>, state: State, now: string): Decision<unknown> {
  try {
    return decide(state, now);
  } catch (error) {
    const answer = () => {
      throw error;
    };
    return { events: [], answer };
  }
}

/** @returns whether this commit is in the log; false when another has its number. */
async function publish(registry: Registry, next: Commit, bytes: Uint8Array): Promise<boolean> {
  const { store } = registry;
  for (let repeat = 1; ; repeat++) {
    try {
      await store.create(logKey(next.number), bytes);
      return true;
    } catch (error) {
      if (!isConflict(error) && !isUnavailable(error)) throw error;
      const there = await readCommit(store, next.number);
      if (there) return there.commitId === next.commitId;
      if (repeat >= MAX_REPEATS) throw error;
      await backOff(registry, repeat);
    }
  }
}

async function backOff({ random }: Registry, attempt: number): Promise<void> {
  await delay(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
}
