/**
 * Whether a start matters: both sides of a pair from one seed on the same radiographs, by McNemar's test. Intervals of
 * two accuracies overlap long after their difference is more than chance.
 */
import { mcnemar } from "@radlite/model/statistics";
import { type Evaluation, readEvidence } from "@radlite/registry/bundle";
import { isOf, SETS } from "./rows.ts";
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

/**
 * Of each pair and seed of which both sides are finished and were judged on the same radiographs.
 * Errors: BAD_INPUT that names a damaged evaluation.
 */
export async function pairStarts(runs: readonly ComparedRun[], outFolder: string): Promise<PairedStarts[]> {
  const paired: PairedStarts[] = [];
  for (const run of runs.filter(({ start }) => start === "transfer")) {
    const { seed } = run.recipe.recipe.fit;
    const other = runs.find(
      ({ pair, start, recipe }) =>
        pair === run.pair && start === "scratch" && recipe.recipe.fit.seed === seed,
    );
    const [transfer, scratch] = [
      await readCases(run, outFolder),
      other && (await readCases(other, outFolder)),
    ];
    if (!transfer || !scratch || listImages(transfer) !== listImages(scratch)) continue;
    const { onlyFirst, onlySecond, pValue } = mcnemar(listRight(transfer), listRight(scratch));
    paired.push({
      ...{ pair: run.pair, seed, set: transfer.set, n: transfer.cases.length },
      ...{ transferAlone: onlyFirst, scratchAlone: onlySecond, pValue },
    });
  }
  return paired;
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

async function readCases(run: ComparedRun, outFolder: string): Promise<Evaluation | undefined> {
  const evidence = await readEvidence(folderOf(outFolder, run), SETS);
  if (!evidence?.evaluation || !isOf(run, evidence.facts.recipe.digest, evidence.facts)) return undefined;
  return evidence.evaluation;
}

/** In their order, so that case stands beside case. */
const listImages = ({ set, cases }: Evaluation): string => [set, ...cases.map(({ sha256 }) => sha256)].join();

const listRight = ({ cases, threshold }: Evaluation): boolean[] =>
  cases.map(({ label, probability }) => probability >= threshold === (label === "PNEUMONIA"));
