/** fsck's look at the log: whole, undamaged, and of one history. */
import {
  type Commit,
  decodeCommit,
  digestOfCommit,
  LOG_PREFIX,
  logKey,
  numberOfLogKey,
} from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import type { FsckProblem } from "./fsck.ts";

export interface LogReport {
  /** Up to the first that does not follow on the one before it; what comes after that cannot be folded. */
  commits: Commit[];
  problems: FsckProblem[];
  /** Whether `commits` are all that there are. */
  isWhole: boolean;
}

export async function readLog(store: ObjectStore): Promise<LogReport> {
  const commits: Commit[] = [];
  const problems: FsckProblem[] = [];
  let last: Commit | undefined; // read, whether or not it can be folded
  for await (const key of store.list(LOG_PREFIX)) {
    const number = numberOfLogKey(key);
    if (Number.isNaN(number)) {
      problems.push({ kind: "FOREIGN_KEY", key, message: "is no number of the log" });
      continue;
    }
    const expected = (last?.number ?? 0) + 1;
    if (expected < number) problems.push(describeGap(expected, number));
    const found = await store.get(key);
    const commit = tryToDecode(found?.bytes ?? new Uint8Array(), number, key);
    if ("message" in commit) problems.push({ kind: "DAMAGED_COMMIT", key, message: commit.message });
    else if (expected === number && !follows(commit, last)) problems.push(describeBreak(number));
    else if (commits.length === number - 1) commits.push(commit);
    last = "message" in commit ? { ...NOTHING, number } : commit;
  }
  return { commits, problems, isWhole: problems.every(({ kind }) => kind === "FOREIGN_KEY") };
}

/** In the place of what cannot be read. */
const NOTHING: Commit = { formatVersion: 1, number: 0, commitId: "", digest: "", events: [] };

function tryToDecode(bytes: Uint8Array, number: number, key: string): Commit | { message: string } {
  try {
    return decodeCommit(bytes, number, key);
  } catch (error) {
    return { message: (error as Error).message };
  }
}

/** Where the commit before is not known, or this one does not name it, nothing speaks against it. */
function follows({ previous }: Commit, last: Commit | undefined): boolean {
  return previous === undefined || !last?.commitId || previous === digestOfCommit(last);
}

function describeGap(first: number, number: number): FsckProblem {
  const missing = first === number - 1 ? "is" : `and all up to ${logKey(number - 1)} are`;
  return {
    kind: "GAP",
    key: logKey(first),
    message: `${missing} missing, though ${logKey(number)} is there`,
  };
}

function describeBreak(number: number): FsckProblem {
  return {
    kind: "BROKEN_CHAIN",
    key: logKey(number),
    message: `was not written after the ${logKey(number - 1)} that is there: one of them was changed, or a restore put parts of two histories together. Restore all of log/ from one copy`,
  };
}
