/** A commit as the bytes of its log object, and back; what was damaged is recognised by its digest. */
import { RadliteError } from "@radlite/model/errors";
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import type { Commit, StoredEvent } from "./events.ts";

export function makeCommit(number: number, commitId: string, events: readonly StoredEvent[]): Commit {
  return { formatVersion: 1, number, commitId, digest: digestEvents(events), events: [...events] };
}

export function encodeCommit(commit: Commit): Uint8Array {
  return encodeJson(commit);
}

/**
 * @param key for the message.
 * @throws UNAVAILABLE for bytes that are not commit `number`: nothing may be built on a log with a hole.
 */
export function decodeCommit(bytes: Uint8Array, number: number, key: string): Commit {
  const commit = decodeJson(bytes) as Partial<Commit> | undefined;
  const problem = findProblem(commit, number);
  if (problem === undefined) return commit as Commit;
  throw new RadliteError(
    "UNAVAILABLE",
    `${key} ${problem}. Run "radlite registry fsck"; restore it from a copy`,
  );
}

function findProblem(commit: Partial<Commit> | undefined, number: number): string | undefined {
  if (typeof commit !== "object" || commit === null) return "is not JSON";
  if (commit.formatVersion !== 1) {
    return `has format ${JSON.stringify(commit.formatVersion)}, this Radlite reads 1: use a newer one`;
  }
  if (commit.number !== number) return `says that it is commit ${commit.number}, expected ${number}`;
  if (!Array.isArray(commit.events) || typeof commit.commitId !== "string")
    return "lacks its events or commitId";
  if (commit.digest !== digestEvents(commit.events)) return "is damaged: its events do not have its digest";
  return undefined;
}

const digestEvents = (events: readonly StoredEvent[]): string => digestOf(encodeJson(events));
