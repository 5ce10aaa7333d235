/**
 * runs/<id>/claim.json: who sets a run going. Requests with one key get one run, wherever they arrive; of their
 * executors the one that creates this object starts it, and the others leave it alone. It is never released: a run is
 * started once, and one whose starter died is LOST.
 */
import { decodeJson, encodeJson } from "@radlite/registry/bundle";
import { type Registry, randomId } from "@radlite/registry/log";
import { isConflict, isUnavailable } from "@radlite/registry/store";

interface RunClaim {
  formatVersion: 1;
  /** Random: a claimer whose answer was lost recognises its own. */
  holder: string;
  /** ISO time. */
  at: string;
}

/** Whether the run is the caller's to start. */
export async function claimRun(registry: Registry, { runId }: { runId: string }): Promise<boolean> {
  const { store, clock, random } = registry;
  const key = `runs/${runId}/claim.json`;
  const holder = randomId(random);
  const claim: RunClaim = { formatVersion: 1, holder, at: new Date(clock()).toISOString() };
  try {
    await store.create(key, encodeJson(claim));
    return true;
  } catch (error) {
    if (!isConflict(error) && !isUnavailable(error)) throw error;
    const there = await store.get(key);
    if (there) return (decodeJson(there.bytes) as RunClaim | undefined)?.holder === holder;
    throw error;
  }
}
