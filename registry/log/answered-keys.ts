/**
 * Which commit answered each of the latest requests with an idempotency key, by the key's digest. In segments, oldest
 * first, of which only the last one grows: so that a commit with a key copies one segment and not all of them.
 * Numbers of segments and keys are fixed for ever, since every release must fold the log to the same state.
 */

const SEGMENT_KEYS = 500;
const SEGMENTS_KEPT = 20; // full ones, besides the one that grows

/** At least so many requests with a key are remembered; one repeated after more others happens again. */
export const KEYS_KEPT = SEGMENT_KEYS * SEGMENTS_KEPT;

export type AnsweredKeys = readonly ReadonlyMap<string, number>[];

export function findAnswering(keys: AnsweredKeys, digest: string): number | undefined {
  return keys.findLast((segment) => segment.has(digest))?.get(digest);
}

/**
 * The keys with one more.
 * @param keys `base`, or what this gave before for the same `base`, which may be changed in place.
 * @param base stays as it is.
 */
export function rememberKey(
  keys: AnsweredKeys,
  base: AnsweredKeys,
  digest: string,
  logNumber: number,
): AnsweredKeys {
  const segments = keys === base ? copyLast(base) : (keys as Map<string, number>[]);
  if ((segments.at(-1)?.size ?? SEGMENT_KEYS) >= SEGMENT_KEYS) segments.push(new Map());
  if (segments.length > SEGMENTS_KEPT + 1) segments.shift();
  segments.at(-1)!.set(digest, logNumber);
  return segments;
}

/** The full ones are shared: nobody changes them. */
function copyLast(base: AnsweredKeys): Map<string, number>[] {
  return base.map((segment, i) =>
    i === base.length - 1 ? new Map(segment) : (segment as Map<string, number>),
  );
}

/** All, oldest first. */
export function listAnswered(keys: AnsweredKeys): [digest: string, logNumber: number][] {
  return keys.flatMap((segment) => [...segment]);
}

/** What `listAnswered` gave, in segments again. */
export function segmentAnswered(listed: readonly [digest: string, logNumber: number][]): AnsweredKeys {
  const count = Math.ceil(listed.length / SEGMENT_KEYS);
  return Array.from(
    { length: count },
    (_, i) => new Map(listed.slice(i * SEGMENT_KEYS, (i + 1) * SEGMENT_KEYS)),
  );
}
