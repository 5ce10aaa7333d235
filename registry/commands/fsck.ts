/**
 * fsck: does the store hold what the log says, and the log what its readers derived from it? It reads everything,
 * trusts no snapshot or pointer, and changes nothing; `rebuild` writes snapshots and pointers anew from the log,
 * which are derived and may be. What is missing or damaged in log, artifacts or evaluations only a copy can mend.
 */
import { RadliteError } from "@radlite/model/errors";
import { EMPTY_STATE, fold, type RegistryEvent } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { checkPointers, checkSnapshots, rebuildDerived } from "./fsck-derived.ts";
import { checkEvidence } from "./fsck-evidence.ts";
import { readLog } from "./fsck-log.ts";
import { checkPredictions } from "./fsck-predictions.ts";
import { checkRecipes } from "./fsck-recipes.ts";
import { UNNAMED_KINDS } from "./unnamed.ts";

export const FSCK_KINDS = [
  "GAP", // numbers of the log are missing between others
  "DAMAGED_COMMIT",
  "BROKEN_CHAIN", // a commit was not written after the one that lies before it
  "FOREIGN_KEY", // an object where only ours belong
  "MISSING_ARTIFACT",
  "DAMAGED_ARTIFACT",
  ...UNNAMED_KINDS, // no event names it: never registered, or about to be; "gc" removes what is old enough
  "MISSING_EVALUATION",
  "DAMAGED_EVALUATION",
  "MISSING_EVIDENCE",
  "DAMAGED_EVIDENCE",
  "MISSING_RECIPE", // somebody registered it
  "DAMAGED_RECIPE",
  "DAMAGED_PREDICTION",
  "WRONG_FIGURES", // the log's figures are not those of the cases
  "WRONG_SNAPSHOT", // not the fold of the log; readers ignore a damaged one
  "WRONG_POINTER", // not where the log moved the alias
] as const;

export interface FsckProblem {
  kind: (typeof FSCK_KINDS)[number];
  key: string;
  message: string;
}

export interface FsckReport {
  /** Looked at. */
  commits: number;
  versions: number;
  artifacts: number;
  evaluations: number;
  predictions: number;
  problems: FsckProblem[];
  /** Keys that `rebuild` wrote or deleted. */
  rebuilt: string[];
}

/** @throws UNAVAILABLE when the store does not answer; CONFLICT to rebuild from a log that is not whole. */
export async function fsck(
  store: ObjectStore,
  { rebuild = false }: { rebuild?: boolean } = {},
): Promise<FsckReport> {
  const { commits, problems: logProblems, isWhole } = await readLog(store);
  const events = commits.flatMap((commit) => commit.events as RegistryEvent[]);
  const evidence = await checkEvidence(store, events, { isWhole });
  const recipes = await checkRecipes(store, events);
  const answered = await checkPredictions(store);
  const state = fold(EMPTY_STATE, commits);
  // Behind a hole nobody knows what the log would have said: who is called wrong there may be right.
  const derived = isWhole
    ? [...(await checkSnapshots(store, commits)), ...(await checkPointers(store, state))]
    : [];
  let rebuilt: string[] = [];
  if (rebuild && logProblems.length > 0) {
    throw new RadliteError(
      "CONFLICT",
      `${logProblems[0]!.key}: the log is not whole (${logProblems[0]!.message}), nothing can be rebuilt from it; restore it from a copy first`,
    );
  }
  if (rebuild) rebuilt = await rebuildDerived(store, state, derived);
  return {
    commits: commits.length,
    versions: events.filter(({ kind }) => kind === "VersionRegistered").length,
    artifacts: evidence.artifacts,
    evaluations: evidence.evaluations,
    predictions: answered.predictions,
    problems: [
      ...logProblems,
      ...evidence.problems,
      ...recipes,
      ...answered.problems,
      ...(rebuild ? [] : derived),
    ],
    rebuilt,
  };
}
