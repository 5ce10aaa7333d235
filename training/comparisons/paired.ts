/**
 * Whether a start matters: both sides of a pair from one seed on the same radiographs, by McNemar's test. Intervals of
 * two accuracies overlap long after their difference is more than chance.
 */
import { mcnemar } from "@radlite/model/statistics";
import { type Evaluation, readEvidence } from "@radlite/registry/bundle";
import { pairCases, readEvaluation } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { findNewest, isOf, listAll, SETS } from "./rows.ts";
import { type ComparedRun, folderOf } from "./runs.ts";

export interface PairedStarts {
  pair: string;
  seed: number;
  set: string;
  n: number;
  /** Radiographs that this side alone got right. */
  transferAlone: number;
  scratchAlone: number;
  /** Two-sided, exact. */
  pValue: number;
}

/** What a finished run was judged on; undefined where it is not there. */
export type FindEvaluation = (run: ComparedRun) => Promise<Evaluation | undefined>;

/**
 * Of each pair and seed of which both sides are finished and were judged on the same radiographs.
 * Errors: BAD_INPUT that names a damaged evaluation.
 */
export async function pairStarts(
  runs: readonly ComparedRun[],
  findEvaluation: FindEvaluation,
): Promise<PairedStarts[]> {
  const paired: PairedStarts[] = [];
  for (const run of runs.filter(({ start }) => start === "transfer")) {
    const { seed } = run.recipe.recipe.fit;
    const other = runs.find(
      ({ pair, start, recipe }) =>
        pair === run.pair && start === "scratch" && recipe.recipe.fit.seed === seed,
    );
    const [transfer, scratch] = [await findEvaluation(run), other && (await findEvaluation(other))];
    if (!transfer || !scratch || transfer.set !== scratch.set || transfer.images !== scratch.images) continue;
    const cases = pairCases(transfer, scratch);
    const { onlyFirst, onlySecond, pValue } = mcnemar(
      cases.map(({ first }) => first.isRight),
      cases.map(({ second }) => second.isRight),
    );
    paired.push({
      ...{ pair: run.pair, seed, set: transfer.set, n: cases.length },
      ...{ transferAlone: onlyFirst, scratchAlone: onlySecond, pValue },
    });
  }
  return paired;
}

/** Of the folders that runs left; no model file is needed. */
export function evaluationsIn(outFolder: string): FindEvaluation {
  return async (run) => {
    const evidence = await readEvidence(folderOf(outFolder, run), SETS);
    return evidence && isOf(run, evidence.facts.recipe.digest, evidence.facts)
      ? evidence.evaluation
      : undefined;
  };
}

/** Of the newest versions of a registry. */
export function evaluationsOf(registry: Registry): FindEvaluation {
  const versions = listAll(registry.state);
  return async (run) => {
    const found = findNewest(run, versions);
    return found && readEvaluation(registry, found.version, found.set);
  };
}

/** Rows of cells under their headings; nothing where no pair has both sides. */
export function tabulatePaired(paired: readonly PairedStarts[]): string[][] {
  if (paired.length === 0) return [];
  return [
    ["pair", "seed", "images", "right from weights alone", "right from scratch alone", "p"],
    ...paired.map(({ pair, seed, set, n, transferAlone, scratchAlone, pValue }) => [
      ...[pair, String(seed), `${n} of ${set}`, String(transferAlone), String(scratchAlone)],
      pValue < 0.001 ? "< 0.001" : pValue.toFixed(3),
    ]),
  ];
}
