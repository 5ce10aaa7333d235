/** Tries the rates of one side of a pair: fits, a few epochs each, of which nothing is kept but the validation AUC. */
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "@radlite/registry/bundle";
import type { OnProgress } from "../fit/progress.ts";
import { fitRecipe } from "../runs/open-fit.ts";
import type { WeightsLocation } from "../runs/weights-location.ts";
import { changeRates, chooseFactor, ratesFile, readTried, shorten } from "./rates.ts";
import { type ComparedRun, sideOf } from "./runs.ts";

export interface SearchOptions {
  dataFolder: string;
  outFolder: string;
  weights?: WeightsLocation;
  /** Before each fit; gives what takes its progress. */
  onTry?: (run: ComparedRun, factor: number) => OnProgress | undefined;
  signal?: AbortSignal;
}

/** The run at the best of its rates. A search that was stopped goes on. Errors: as `fitRecipe`. */
export async function searchRates(run: ComparedRun, options: SearchOptions): Promise<ComparedRun> {
  const { search } = run;
  if (!search) return run;
  const { outFolder, dataFolder, weights, onTry, signal } = options;
  const found = await readTried(outFolder, run, search);
  for (const factor of search.factors) {
    if (found.tried.some((one) => one.factor === factor)) continue;
    signal?.throwIfAborted();
    const folder = join(outFolder, `${sideOf(run)}-at-${factor}`);
    const { recipe } = shorten(changeRates(run.recipe, factor), search.epochs);
    const { score } = await fitRecipe(recipe, {
      ...{ dataFolder, outFolder: folder, resume: true, signal },
      ...(weights && { weights }),
      onProgress: onTry?.(run, factor),
    });
    found.tried.push({ factor, auc: Number(score.auc.toFixed(5)) });
    await mkdir(dirname(ratesFile(outFolder, run)), { recursive: true });
    await replaceFile(ratesFile(outFolder, run), `${JSON.stringify(found, undefined, 2)}\n`);
    await rm(folder, { recursive: true });
  }
  return { ...run, recipe: changeRates(run.recipe, chooseFactor(search, found)!) };
}
