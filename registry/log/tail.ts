/**
 * Reading the log. At start the keys are listed, so that a hole is seen; after that the next numbers are simply
 * asked for, since numbers are consecutive: one request when there is nothing new.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import type { ObjectStore } from "@radlite/registry/store";
import { decodeCommit } from "./commit-object.ts";
import type { Commit } from "./events.ts";
import { LOG_PREFIX, logKey, numberOfLogKey } from "./keys.ts";

/** Requests under way at once. */
const WIDTH = 32;

/** The commits after `after`, up to the newest. As many are asked for at once as were found so far. */
export async function readTail(store: ObjectStore, after: number): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (let next = after + 1, width = 1; ; next += width, width = Math.min(WIDTH, commits.length)) {
    const numbers = Array.from({ length: width }, (_, i) => next + i);
    const found = await Promise.all(numbers.map((number) => readCommit(store, number)));
    const end = found.indexOf(undefined);
    commits.push(...(found.slice(0, end < 0 ? width : end) as Commit[]));
    if (end >= 0) return commits;
  }
}

/**
 * The commits after `after` by a listing of the log.
 * @throws UNAVAILABLE when a number is missing between others.
 */
export async function readListedTail(store: ObjectStore, after: number): Promise<Commit[]> {
  const wanted: number[] = [];
  const startAfter = after > 0 ? logKey(after) : LOG_PREFIX;
  for await (const key of store.list(LOG_PREFIX, { startAfter })) {
    const number = numberOfLogKey(key);
    if (!Number.isNaN(number)) wanted.push(number);
  }
  const gap = wanted.findIndex((number, i) => number !== after + 1 + i);
  if (gap >= 0) {
    throw new RadliteError(
      "UNAVAILABLE",
      `${logKey(after + 1 + gap)} is missing, though ${logKey(wanted[gap]!)} is there. Restore it from a copy; "radlite registry fsck" lists what else is missing`,
    );
  }
  const commits: Commit[] = [];
  for (let i = 0; i < wanted.length; i += WIDTH) {
    const found = await Promise.all(wanted.slice(i, i + WIDTH).map((number) => readCommit(store, number)));
    commits.push(...(found as Commit[]));
  }
  return commits;
}

/** Digest of the bytes of a commit as they lie there, damaged or not; undefined when the number is not taken. */
export async function readCommitDigest(store: ObjectStore, number: number): Promise<string | undefined> {
  const found = await store.get(logKey(number));
  return found && digestOf(found.bytes);
}

/** One commit, or undefined when the number is not taken. */
export async function readCommit(store: ObjectStore, number: number): Promise<Commit | undefined> {
  const key = logKey(number);
  const found = await store.get(key);
  return found && decodeCommit(found.bytes, number, `${store.name}: ${key}`);
}
