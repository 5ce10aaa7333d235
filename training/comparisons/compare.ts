/**
 * Trains pairs of recipes, one run after the other, each into a folder of its own below one: what is finished is
 * kept, what was stopped goes on. How long a run fitted is counted over all of its processes and stands in its
 * version's tags, beside which pair and side it is and the rate that was found for it.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  digestOf,
  evaluationFile,
  findFacts,
  LOOKS,
  readFacts,
  replaceFile,
  TEST,
  VALIDATION,
  writeFacts,
} from "@radlite/registry/bundle";
import type { OnProgress } from "../fit/progress.ts";
import type { Pair } from "../recipes/pairs.ts";
import { checkWeights } from "../runs/open-fit.ts";
import { trainRecipe } from "../runs/run.ts";
import { stressBundles } from "../runs/stress.ts";
import { locateWeights, type WeightsLocation } from "../runs/weights-location.ts";
import { makeWritable } from "../runs/writable-folder.ts";
import { describeRates } from "./rates.ts";
import { type ComparedRun, folderOf, listRuns } from "./runs.ts";
import { searchRates } from "./search.ts";

export interface CompareOptions {
  dataFolder: string;
  /** Takes a folder a run: `<pair>-<start>`. */
  outFolder: string;
  /** Where the weights of a pair lie. */
  weights: (pair: string) => WeightsLocation;
  /** Before a run that is not finished; gives what takes its progress. */
  onStart?: (run: ComparedRun) => Promise<OnProgress | undefined>;
  /** Before each rate that is tried; gives what takes its progress. */
  onTry?: (run: ComparedRun, factor: number) => OnProgress | undefined;
  /** After each, also one that was finished before. */
  onFinish?: (run: ComparedRun, bundle: string) => Promise<void>;
  signal?: AbortSignal;
}

/**
 * Errors: NOT_FOUND for weights, BAD_INPUT for those that do not fit, before the first training; as trainRecipe; the
 * signal's reason once it is aborted.
 */
export async function comparePairs(pairs: readonly Pair[], options: CompareOptions): Promise<void> {
  const { dataFolder, outFolder, weights, onStart, onTry, onFinish, signal } = options;
  const runs = listRuns(pairs);
  for (const run of runs) await requireWeights(run, options);
  for (const written of runs) {
    const start = written.recipe.recipe.initial ? { weights: weights(written.pair) } : {};
    const run = await searchRates(written, { dataFolder, outFolder, ...start, onTry, signal });
    const folder = folderOf(outFolder, run);
    const judged: string[] = existsSync(join(dataFolder, "test")) ? [VALIDATION, TEST] : [VALIDATION];
    if (!(await isFinished(folder, run, judged))) {
      signal?.throwIfAborted();
      const clock = await startStopwatch(folder);
      const showProgress = await onStart?.(run);
      await trainRecipe({
        recipe: run.recipe,
        dataFolder,
        outFolder: folder,
        resume: true,
        signal,
        ...start,
        onProgress(progress) {
          if (progress.kind === "epoch") clock.note();
          showProgress?.(progress);
        },
      });
      await judgeLooks(folder, dataFolder, showProgress);
      await tagVersion(folder, {
        pair: run.pair,
        start: run.start,
        rate: describeRates(run.recipe),
        fitSeconds: String(Math.round(await clock.stop())), // NaN where what earlier processes took is lost
      });
    }
    await onFinish?.(run, folder);
  }
}

/** Read before the first training: hours later is late to hear of a wrong file. What has a bundle needed them once. */
async function requireWeights(run: ComparedRun, { outFolder, weights }: CompareOptions): Promise<void> {
  const { pair, recipe } = run;
  if (!recipe.recipe.initial) return;
  const location = weights(pair);
  await locateWeights(recipe.recipe, location);
  if (!(await findFacts(folderOf(outFolder, run)))) await checkWeights(recipe.recipe, location);
}

/** By this very recipe, with the evaluations asked for and its tags: the last thing that a run writes. */
async function isFinished(
  folder: string,
  { recipe }: ComparedRun,
  sets: readonly string[],
): Promise<boolean> {
  const facts = await findFacts(folder);
  return (
    facts?.recipe.digest === digestOf(recipe.source) &&
    "fitSeconds" in facts.tags &&
    sets.every((set) => existsSync(join(folder, evaluationFile(set))))
  );
}

/** Where there are radiographs enough to find groups that were taken alike. */
async function judgeLooks(folder: string, dataFolder: string, onProgress?: OnProgress): Promise<void> {
  if (existsSync(join(folder, evaluationFile(LOOKS)))) return;
  const note = (text: string) => onProgress?.({ kind: "note", text });
  try {
    for await (const line of stressBundles([folder], dataFolder, { looks: true })) note(line);
  } catch (error) {
    if (!(error instanceof RadliteError) || error.code !== "BAD_INPUT") throw error;
    note(`not judged on ${LOOKS}: ${error.message}`);
  }
}

async function tagVersion(folder: string, tags: Record<string, string>): Promise<void> {
  const facts = await readFacts(folder);
  await writeFacts(folder, { ...facts, tags: { ...facts.tags, ...tags } });
}

/** Seconds over all processes of a run: written down as epochs end, so that a kill loses one epoch's at most. */
async function startStopwatch(folder: string) {
  const path = join(folder, "fit-seconds.txt");
  await makeWritable(folder);
  const before = Number(await readFile(path, "utf8").catch(() => "0"));
  const started = performance.now();
  let last = before;
  let written = Promise.resolve();
  return {
    note(): void {
      last = before + (performance.now() - started) / 1000;
      written = written.then(() => replaceFile(path, String(last)));
    },
    /** Up to the last epoch: what is judged afterwards is no fitting. */
    async stop(): Promise<number> {
      await written;
      return last;
    },
  };
}
