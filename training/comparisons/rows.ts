/** Where the rows of a comparison come from: the folders that runs left, or the versions of a registry. */
import { summariseScores } from "@radlite/model/statistics";
import { type Evaluation, readEvidence, TEST, VALIDATION } from "@radlite/registry/bundle";
import { listVersions, metricsOf } from "@radlite/registry/commands";
import type { State, Version } from "@radlite/registry/log";
import { type ComparedRun, folderOf } from "./runs.ts";
import type { ComparedRow, ComparedVersion } from "./table.ts";

/** The test set first: its figures are the ones that count. */
const SETS: readonly string[] = [TEST, VALIDATION];

const PAGE = 100;

/** A folder needs no model file for its row. Errors: BAD_INPUT that names a damaged evaluation. */
export async function readRows(runs: readonly ComparedRun[], outFolder: string): Promise<ComparedRow[]> {
  return Promise.all(
    runs.map(async (run) => {
      const version = await readVersion(folderOf(outFolder, run));
      return version ? { run, version } : { run };
    }),
  );
}

/** The newest version of each run, by its tags. */
export function findRows(runs: readonly ComparedRun[], state: State): ComparedRow[] {
  const versions = listAll(state).filter(({ tags }) => "fitSeconds" in tags);
  return runs.map((run) => {
    const newest = versions.find(({ tags }) => tags.pair === run.pair && tags.start === run.start);
    const set = newest && SETS.find((one) => metricsOf(newest, one));
    return newest && set
      ? { run, version: { facts: newest, set, metrics: metricsOf(newest, set)! } }
      : { run };
  });
}

async function readVersion(folder: string): Promise<ComparedVersion | undefined> {
  const evidence = await readEvidence(folder, SETS);
  if (!evidence?.evaluation || !("fitSeconds" in evidence.facts.tags)) return undefined;
  const { facts, evaluation } = evidence;
  return { facts, set: evaluation.set, metrics: summarise(evaluation) };
}

function summarise({ cases, threshold }: Evaluation): ComparedVersion["metrics"] {
  const probabilities = cases.map(({ probability }) => probability);
  const labels = cases.map(({ label }) => Number(label === "PNEUMONIA"));
  return summariseScores(probabilities, labels, threshold);
}

/** Newest first. */
function listAll(state: State): Version[] {
  const versions: Version[] = [];
  for (let after: string | undefined; ; ) {
    const page = listVersions(state, { first: PAGE, ...(after === undefined ? {} : { after }) });
    versions.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return versions;
  }
}
