/** A commit as the bytes of its log object, and back; what was damaged is recognised by its digest. */
import { RadliteError } from "@radlite/model/errors";
import { decodeJson, digestOf, encodeJson, writeJson } from "@radlite/registry/bundle";
import type { Commit, StoredEvent } from "./events.ts";

/** @param previous digest of the commit before (`digestOfCommit`); none for the first. */
export function makeCommit(
  number: number,
  commitId: string,
  events: readonly StoredEvent[],
  previous?: string,
): Commit {
  return { ...makeHead(number, commitId, digestEvents(events), previous), events: [...events] };
}

function makeHead(
  number: number,
  commitId: string,
  digest: string,
  previous: string | undefined,
): Omit<Commit, "events"> {
  const link = previous === undefined ? {} : { previous };
  return { formatVersion: 1, number, commitId, ...link, digest };
}

export function encodeCommit(commit: Commit): Uint8Array {
  return encodeJson(commit);
}

/**
 * What `makeCommit`, `encodeCommit` and `decodeCommit` give one after the other, with the events written and read once:
 * only what was read leaves two processes with the same state, to the order of its keys.
 */
export function writeCommit(
  number: number,
  commitId: string,
  events: readonly StoredEvent[],
  previous?: string,
): { commit: Commit; bytes: Uint8Array } {
  const text = writeJson(events);
  const head = makeHead(number, commitId, digestOf(text), previous);
  const bytes = Buffer.from(
    writeJson({ ...head, events: [] }).replace('"events":[]', () => `"events":${text}`),
  );
  const commit: Commit = { ...head, events: JSON.parse(text) };
  bytesDigests.set(commit, digestOf(bytes));
  return { commit, bytes };
}

/** SHA-256 of the bytes that the commit was read from, or would be written as. */
export function digestOfCommit(commit: Commit): string {
  return bytesDigests.get(commit) ?? digestOf(encodeCommit(commit));
}

const bytesDigests = new WeakMap<Commit, string>();

/**
 * @param key for the message.
 * @throws UNAVAILABLE for bytes that are not commit `number`: nothing may be built on a log with a hole.
 */
export function decodeCommit(bytes: Uint8Array, number: number, key: string): Commit {
  const commit = decodeJson(bytes) as Partial<Commit> | undefined;
  const problem = findProblem(commit, number);
  if (problem === undefined) {
    bytesDigests.set(commit as Commit, digestOf(bytes));
    return commit as Commit;
  }
  throw new RadliteError(
    "UNAVAILABLE",
    `${key} ${problem}. Run "radlite registry fsck"; restore it from a copy`,
  );
}

function findProblem(commit: Partial<Commit> | undefined, number: number): string | undefined {
  if (commit === undefined) return "is not JSON";
  if (typeof commit !== "object" || commit === null) return "holds JSON that is no commit";
  if (commit.formatVersion !== 1) {
    return `has format ${JSON.stringify(commit.formatVersion)}, this Radlite reads 1: use a newer one`;
  }
  if (commit.number !== number) return `says that it is commit ${commit.number}, expected ${number}`;
  if (!Array.isArray(commit.events) || typeof commit.commitId !== "string")
    return "lacks its events or commitId";
  if (commit.previous !== undefined && !/^[0-9a-f]{64}$/.test(commit.previous)) {
    return "is damaged: it does not name the commit before by a SHA-256";
  }
  if (commit.digest !== digestEvents(commit.events)) return "is damaged: its events do not have its digest";
  return undefined;
}

const digestEvents = (events: readonly StoredEvent[]): string => digestOf(writeJson(events));
