/** What every mutation takes, and what its events carry of it. */
import { RadliteError } from "@radlite/model/errors";
import type { Actor, EventOrigin } from "@radlite/registry/log";

export interface Mutation {
  actor: Actor;
  /**
   * 1 to 128 characters. A request repeated with its key by the same actor is answered as the first time and does
   * nothing more, whatever the first answer was; another request with the key is refused. See KEYS_KEPT for how long.
   */
  idempotencyKey?: string;
  /** Of the request over HTTP, if it is one: stands in the events that it brings about. */
  requestId?: string;
}

const MAX_KEY_LENGTH = 128;
const MAX_REASON_LENGTH = 1_000;

/** But for the request's id, which `mutate` puts into every event. @param at ISO time. */
export function originOf({ actor, idempotencyKey }: Mutation, at: string): EventOrigin {
  return { at, actor, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}

/** @throws BAD_INPUT for a key of another length. */
export function checkIdempotencyKey(key: string): void {
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return;
  throw new RadliteError(
    "BAD_INPUT",
    `idempotencyKey has ${key.length} characters, expected 1 to ${MAX_KEY_LENGTH}`,
  );
}

/** @throws BAD_INPUT for a name that is not lower-case letters, digits and hyphens, 1 to 63. */
export function checkName(name: string, what: "model" | "alias"): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${what} name ${JSON.stringify(name.slice(0, 80))}: expected 1 to 63 lower-case letters, digits and inner hyphens`,
  );
}

/** @throws BAD_INPUT for an empty or endless reason. */
export function checkReason(reason: string): void {
  if (reason.trim() !== "" && reason.length <= MAX_REASON_LENGTH) return;
  throw new RadliteError(
    "BAD_INPUT",
    `reason has ${reason.length} characters, expected 1 to ${MAX_REASON_LENGTH}: say why, for those who read the history`,
  );
}
