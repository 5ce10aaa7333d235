/**
 * API keys, looked up in the store and remembered for a minute, which is how long a revoked one may still be answered.
 * An id that no key has is remembered too, in a table of bounded length: guessing costs the store a read an id, and
 * this process nothing that grows.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  isSameDigest,
  parseAccessKey,
  readAccessKey,
  type StoredAccessKey,
} from "@radlite/registry/commands";
import type { ObjectStore } from "@radlite/registry/store";
import type { Caller } from "./identity.ts";

export const KEY_PREFIX = "rl_";
export const KEY_KEPT_MS = 60_000;
export const MISSES_KEPT = 1_000;

interface Lookup {
  atMs: number;
  /** Settles once; shared by all that ask meanwhile. */
  found: Promise<StoredAccessKey | undefined>;
}

export interface KeyOptions {
  store: () => Promise<ObjectStore>;
  /** Milliseconds. */
  now?: () => number;
}

/**
 * @returns a function from a key to who asks. It throws UNAUTHENTICATED for one that does not hold, and UNAVAILABLE when
 *   that cannot be found out, whatever the store says: that it lets this server not in is nothing against the caller.
 */
export function verifyKeys({ store, now = Date.now }: KeyOptions) {
  const hits = new Map<string, Lookup>();
  const misses = new Map<string, Lookup>();

  function lookUp(id: string): Promise<StoredAccessKey | undefined> {
    const known = hits.get(id) ?? misses.get(id);
    if (known && isKept(known.atMs)) return known.found;
    hits.delete(id);
    misses.delete(id);
    const found = store()
      .then((opened) => readAccessKey(opened, id))
      .catch((cause) => {
        throw cannotLookUp(cause);
      });
    const lookup = { atMs: now(), found };
    remember(id, lookup);
    found.then(
      (key) => {
        if (key && misses.get(id) === lookup) {
          misses.delete(id);
          hits.set(id, lookup);
        }
      },
      () => misses.delete(id),
    );
    return found;
  }

  /** Where the clock was set back since, it does not say how long ago that was: a revoked key would be taken for longer. */
  function isKept(sinceMs: number): boolean {
    const passedMs = now() - sinceMs;
    return passedMs >= 0 && passedMs < KEY_KEPT_MS;
  }

  /** Until it is found it counts as a miss. */
  function remember(id: string, lookup: Lookup): void {
    misses.set(id, lookup);
    if (misses.size > MISSES_KEPT) misses.delete(misses.keys().next().value!);
  }

  return async (text: string): Promise<Caller> => {
    const asked = parseAccessKey(text);
    const key = asked && (await lookUp(asked.id));
    if (!asked || !key || !isSameDigest(asked.sha256, key.sha256)) throw refuse("is none of this registry's");
    if (key.revokedAt !== undefined) throw refuse("was revoked");
    return { name: key.name, role: key.role };
  };
}

const refuse = (why: string): RadliteError =>
  new RadliteError("UNAUTHENTICATED", `The API key ${why}: ask an approver for one (radlite keys create).`);

function cannotLookUp(cause: unknown): unknown {
  if (!(cause instanceof RadliteError) || cause.code === "UNAVAILABLE") return cause;
  return new RadliteError("UNAVAILABLE", "API keys cannot be looked up now. Try again.", { cause });
}
