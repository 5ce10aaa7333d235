/**
 * scores/<day>/<job>-<message>.jsonl: what was asked for in bulk, a line a radiograph. A message that comes twice finds
 * its line there: it is written once, under the day on which it was sent.
 */
import { isConflict, type ObjectStore } from "@radlite/registry/store";

export const SCORE_PREFIX = "scores/";

const KEY = /^scores\/\d{4}-\d\d-\d\d\/[A-Za-z0-9-]{1,73}\.jsonl$/;

/** A line: the answer about a file, or why there is none. */
export interface Score {
  /** As the message named it: an address on S3, or an upload. */
  file: string;
  /** Absent where nothing could be read. */
  sha256?: string;
  answer?: unknown;
  error?: unknown;
  /** Who asked, as the message says. */
  requester: string;
}

export interface ScoreName {
  /** When the message was sent. */
  sentAt: Date;
  /** What the messages of one request have in common: letters, digits and - at most 40. */
  job: string;
  /** The message's own id. */
  message: string;
}

export const scoreKey = ({ sentAt, job, message }: ScoreName): string =>
  `${SCORE_PREFIX}${sentAt.toISOString().slice(0, 10)}/${job}-${message}.jsonl`;

export const isScoreKey = (key: string): boolean => KEY.test(key);

/** @param store in which objects may be created; one that is there stays. */
export async function recordScore(store: ObjectStore, name: ScoreName, score: Score): Promise<void> {
  const line = new TextEncoder().encode(`${JSON.stringify(score)}\n`);
  await store.create(scoreKey(name), line).catch((error) => {
    if (!isConflict(error)) throw error;
  });
}
