/**
 * Runs what is asked for and not yet there, writes the figures to results.jsonl, and prints the tables from that
 * file alone. Logits stay in .cache: ensembles and threshold rules are judged by them.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { parseRecipe } from "../../training/recipes/index.ts";
import { plainly } from "../plainly.ts";
import { stressModels } from "./models.ts";
import { printStudy } from "./report.ts";
import { combineTrials, type Result, summariseTrial } from "./results.ts";
import { addToStudy, readStudy, SPLITS, writeWhole } from "./store.ts";
import { runTrial, type Trial } from "./trial.ts";
import { VARIANTS } from "./variants.ts";

export const main = plainly(study);

const BASE = "bench/shift/study.yaml";
const RESULTS = "bench/shift/results.jsonl";

interface StudyOptions {
  /** Folder of radiographs; absent: nothing is trained. */
  data?: string;
  /** Between semicolons; absent: all. */
  variants?: string;
  /** Between commas; absent: all. */
  splits?: string;
  seeds?: string;
  /** Bundles to judge, in place of training. */
  models?: string;
  /** Takes one file of logits a trial. */
  trials: string;
}

async function study({ data, trials, models, ...asked }: StudyOptions): Promise<void> {
  if (data !== undefined) {
    if (models === undefined) await runTrials(data, trials, asked);
    else await judgeModels(data, models.split(","));
  }
  printStudy(readStudy(RESULTS));
}

async function runTrials(
  folder: string,
  trials: string,
  asked: Pick<StudyOptions, "variants" | "splits" | "seeds">,
): Promise<void> {
  const base = parseRecipe(await readFile(BASE, "utf8"), BASE);
  await mkdir(trials, { recursive: true });
  const seeds = (asked.seeds ?? "1").split(",").map(readSeed);
  const splits = choose(SPLITS, asked.splits?.split(","));
  const known = VARIANTS.map(({ name }) => name);
  const names = choose(known, asked.variants?.split(";"));
  const wanted = VARIANTS.filter(({ name }) => names.includes(name)).flatMap((variant) =>
    seeds.flatMap((seed) => splits.map((split) => ({ variant, seed, split }))),
  );
  for (const { variant, seed, split } of wanted) {
    const path = join(trials, `${variant.name.replaceAll(/[ ,]+/g, "-")}.${split}.${seed}.json`);
    if (existsSync(path)) continue;
    const trial = await runTrial(variant, base, { split, seed, folder });
    writeWhole(path, JSON.stringify(trial));
    const { judged } = summariseTrial(trial);
    console.error(
      `${variant.name}, ${split}, seed ${seed}: AUC ${judged.auc.toFixed(3)}, ${trial.seconds} s`,
    );
  }
  addToStudy(RESULTS, { trials: await summariseTrials(trials), models: [] });
}

function readSeed(written: string): number {
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new RadliteError("BAD_INPUT", `--seeds has "${written}": expected whole numbers, such as 1,2`);
}

function choose<Name extends string>(known: readonly Name[], asked: string[] | undefined): Name[] {
  const unknown = (asked ?? []).filter((name) => !known.includes(name as Name));
  if (unknown.length > 0)
    throw new RadliteError("BAD_INPUT", `${unknown.join(", ")}: expected of ${known.join(", ")}`);
  return (asked as Name[] | undefined) ?? [...known];
}

/** Results of all trials whose logits lie there. */
async function summariseTrials(folder: string): Promise<Result[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  const trials: Trial[] = [];
  for (const file of files) trials.push(JSON.parse(await readFile(join(folder, file), "utf8")) as Trial);
  return [...trials.map(summariseTrial), ...combineTrials(trials)];
}

async function judgeModels(folder: string, bundles: string[]): Promise<void> {
  for await (const judged of stressModels(bundles, folder)) {
    addToStudy(RESULTS, { trials: [], models: [judged] });
    console.error(judged.model);
  }
}
