/**
 * What one request may make the registry do beside answering fields, which the complexity limit counts before anything is
 * read: versions looked through, which depends on how many there are, evaluations read, and commits read for what the
 * state leaves in the log. A small registry never comes near; with 100,000 versions the most that is allowed takes about
 * a second.
 */
import { RadliteError } from "@radlite/model/errors";

export const EFFORT_LIMITS = {
  /** Each as often as it is looked at, by a list once and for every 16 conditions once more. */
  versions: 400_000,
  /** Files of per-case scores; a megabyte each where a set has a thousand changed radiographs. */
  evaluations: 50,
  /** One for the facts of a version, one for each note. */
  commits: 2_000,
} as const;

/** What a field that reads an evaluation counts towards the complexity limit: fifty of them reach it. */
export const EVALUATION_COST = 200;

export interface Effort {
  /** @throws BAD_INPUT once they are too many. */
  lookThrough(versions: number): void;
  readEvaluation(): void;
  readCommits(count: number): void;
}

export function countEffort(): Effort {
  const spent = { versions: 0, evaluations: 0, commits: 0 };
  const spend = (kind: keyof typeof spent, more: number, what: string) => {
    spent[kind] += more;
    if (spent[kind] <= EFFORT_LIMITS[kind]) return;
    throw new RadliteError(
      "BAD_INPUT",
      `The query ${what} ${Math.round(spent[kind])} ${kind}, of ${EFFORT_LIMITS[kind]} allowed; send it in parts.`,
    );
  };
  return {
    lookThrough: (versions) => spend("versions", versions, "looks through"),
    readEvaluation: () => spend("evaluations", 1, "reads"),
    readCommits: (count) => spend("commits", count, "reads"),
  };
}
