/** Where the rows of a comparison come from: the folders that runs left, or the versions of a registry. */
import {
  LOOKS,
  readBundledEvaluation,
  readEvidence,
  STRESS,
  TEST,
  VALIDATION,
  type VersionFacts,
} from "@radlite/registry/bundle";
import { listVersions, metricsOf } from "@radlite/registry/commands";
import type { State, Version } from "@radlite/registry/log";
import { reportEvaluation } from "../evaluation/report.ts";
import { listDigests } from "./rates.ts";
import { type ComparedRun, folderOf, sideOf } from "./runs.ts";
import type { ComparedRow, ComparedVersion, LowestRates } from "./table.ts";

/** The test set first: its figures are the ones that count. */
export const SETS: readonly string[] = [TEST, VALIDATION];

const PAGE = 100;

/** A folder needs no model file for its row. Errors: BAD_INPUT that names a damaged evaluation. */
export async function readRows(runs: readonly ComparedRun[], outFolder: string): Promise<ComparedRow[]> {
  const versions = await Promise.all(runs.map((run) => readVersion(run, folderOf(outFolder, run))));
  return groupBySide(runs, (_run, at) => versions[at]);
}

/** The newest version of each run. */
export function findRows(runs: readonly ComparedRun[], state: State): ComparedRow[] {
  const versions = listAll(state);
  return groupBySide(runs, (run) => {
    const found = findNewest(run, versions);
    if (!found) return undefined;
    const { version: newest, set } = found;
    const { stress, looks } = { stress: metricsOf(newest, STRESS), looks: metricsOf(newest, LOOKS) };
    const toRates = (metrics: NonNullable<typeof stress>): LowestRates => ({
      sensitivity: metrics.lowestSensitivity.value,
      specificity: metrics.lowestSpecificity.value,
    });
    return {
      ...{ facts: newest, set, metrics: metricsOf(newest, set)! },
      ...(stress && { stress: toRates(stress) }),
      ...(looks && { looks: toRates(looks) }),
    };
  });
}

/** The first of `versions` that is the run's, and the set whose figures count of it. */
export function findNewest(
  run: ComparedRun,
  versions: readonly Version[],
): { version: Version; set: string } | undefined {
  const version = versions.find((one) => isOf(run, one.recipeDigest, one));
  const set = version && SETS.find((one) => metricsOf(version, one));
  return version && set !== undefined ? { version, set } : undefined;
}

/** Finished, by a recipe of the run, at whichever rate was found for it. */
export function isOf(
  run: ComparedRun,
  digest: string,
  { seed, tags }: Pick<VersionFacts, "seed" | "tags">,
): boolean {
  return "fitSeconds" in tags && seed === run.recipe.recipe.fit.seed && listDigests(run).includes(digest);
}

/** One row a side, with the versions of those of its seeds that there are. */
function groupBySide(
  runs: readonly ComparedRun[],
  find: (run: ComparedRun, at: number) => ComparedVersion | undefined,
): ComparedRow[] {
  const rows = new Map<string, ComparedRow>();
  for (const [at, run] of runs.entries()) {
    const version = find(run, at);
    const key = JSON.stringify([run.named, sideOf(run)]);
    const row = rows.get(key) ?? { run, versions: [] };
    rows.set(key, { ...row, versions: version ? [...row.versions, version] : row.versions });
  }
  return [...rows.values()];
}

async function readVersion(run: ComparedRun, folder: string): Promise<ComparedVersion | undefined> {
  const evidence = await readEvidence(folder, SETS);
  if (!evidence?.evaluation || !isOf(run, evidence.facts.recipe.digest, evidence.facts)) return undefined;
  const { facts, evaluation } = evidence;
  const { n, accuracy, sensitivity, specificity, auc } = reportEvaluation(evaluation, facts.sizeBytes);
  const [stress, looks] = [await readLowest(folder, STRESS, facts), await readLowest(folder, LOOKS, facts)];
  return {
    facts,
    set: evaluation.set,
    metrics: { n, accuracy, sensitivity, specificity, auc },
    ...(stress && { stress }),
    ...(looks && { looks }),
  };
}

async function readLowest(
  folder: string,
  set: string,
  { sizeBytes }: { sizeBytes: number },
): Promise<LowestRates | undefined> {
  const evaluation = await readBundledEvaluation(folder, set);
  if (!evaluation) return undefined;
  const { changes = [] } = reportEvaluation(evaluation, sizeBytes);
  return {
    sensitivity: Math.min(...changes.map(({ sensitivity }) => sensitivity.value)),
    specificity: Math.min(...changes.map(({ specificity }) => specificity.value)),
  };
}

/** Newest first. */
export function listAll(state: State): Version[] {
  const versions: Version[] = [];
  for (let after: string | undefined; ; ) {
    const page = listVersions(state, { first: PAGE, ...(after === undefined ? {} : { after }) });
    versions.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return versions;
  }
}
