/** What every mutation takes, what its events carry of it, and how one that is repeated with its key is known. */
import { RadliteError } from "@radlite/model/errors";
import { type Actor, digestKey, type EventKind, type EventOrigin, type State } from "@radlite/registry/log";

export interface Mutation {
  actor: Actor;
  /** 1 to 128 characters; a repeated mutation with the same key by the same actor happens once. */
  idempotencyKey?: string;
}

const MAX_KEY_LENGTH = 128;
const MAX_REASON_LENGTH = 1_000;

/** @param at ISO time. @throws BAD_INPUT for a key of another length. */
export function originOf({ actor, idempotencyKey }: Mutation, at: string): EventOrigin {
  if (idempotencyKey === undefined) return { at, actor };
  if (idempotencyKey.length < 1 || idempotencyKey.length > MAX_KEY_LENGTH) {
    throw new RadliteError(
      "BAD_INPUT",
      `idempotencyKey has ${idempotencyKey.length} characters, expected 1 to ${MAX_KEY_LENGTH}`,
    );
  }
  return { at, actor, idempotencyKey };
}

/**
 * @returns the id of what an earlier mutation with this key brought about, or undefined when there was none.
 * @throws BAD_INPUT when the key was used for something else.
 */
export function findRepeated(
  state: State,
  { actor, idempotencyKey }: Mutation,
  kind: EventKind,
): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  const outcome = state.keys.get(digestKey(actor.name, idempotencyKey));
  if (outcome === undefined || outcome.kind === kind) return outcome?.subject;
  throw new RadliteError(
    "BAD_INPUT",
    `idempotencyKey "${idempotencyKey}" was used for ${outcome.kind} of ${outcome.subject}, not ${kind}: take a new one`,
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
