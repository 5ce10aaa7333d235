/**
 * Runs what is asked for and not yet there, writes the figures to results.jsonl, and prints the tables from that
 * file alone. Logits stay in .cache: ensembles and threshold rules are judged by them.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseRecipe } from "../../training/recipes/index.ts";
import { PROPERTIES } from "../../training/recipes/properties.ts";
import { stressModel } from "./models.ts";
import { printStudy } from "./report.ts";
import { combineTrials, type ModelResult, type Result, type Study, summariseTrial } from "./results.ts";
import { runTrial, type Split, type Trial } from "./trial.ts";
import { VARIANTS } from "./variants.ts";

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

export async function main({ data, trials, models, ...asked }: StudyOptions): Promise<void> {
  if (data !== undefined) {
    if (models === undefined) await runTrials(data, trials, asked);
    else await judgeModels(data, models.split(","));
  }
  printStudy(await readStudy());
}

async function runTrials(
  folder: string,
  trials: string,
  asked: Pick<StudyOptions, "variants" | "splits" | "seeds">,
): Promise<void> {
  const base = parseRecipe(await readFile(BASE, "utf8"), BASE);
  await mkdir(trials, { recursive: true });
  const seeds = (asked.seeds ?? "1").split(",").map(Number);
  const splits = choose<Split>(["patients", ...PROPERTIES], asked.splits?.split(","));
  const known = VARIANTS.map(({ name }) => name);
  const names = choose(known, asked.variants?.split(";"));
  const wanted = VARIANTS.filter(({ name }) => names.includes(name)).flatMap((variant) =>
    seeds.flatMap((seed) => splits.map((split) => ({ variant, seed, split }))),
  );
  for (const { variant, seed, split } of wanted) {
    const path = join(trials, `${variant.name.replaceAll(/[ ,]+/g, "-")}.${split}.${seed}.json`);
    if (existsSync(path)) continue;
    const trial = await runTrial(variant, base, { split, seed, folder });
    await writeFile(path, JSON.stringify(trial));
    const { judged } = summariseTrial(trial);
    console.error(
      `${variant.name}, ${split}, seed ${seed}: AUC ${judged.auc.toFixed(3)}, ${trial.seconds} s`,
    );
  }
  const study = await readStudy();
  await writeStudy({ ...study, trials: await summariseTrials(trials) });
}

function choose<Name extends string>(known: readonly Name[], asked: string[] | undefined): Name[] {
  const unknown = (asked ?? []).filter((name) => !known.includes(name as Name));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}; known: ${known.join(", ")}`);
  return (asked as Name[] | undefined) ?? [...known];
}

/** Of all trials that lie there, in the order of the variants. */
async function summariseTrials(folder: string): Promise<Study["trials"]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  const trials: Trial[] = [];
  for (const file of files) trials.push(JSON.parse(await readFile(join(folder, file), "utf8")) as Trial);
  const place = ({ variant }: Trial) => VARIANTS.findIndex(({ name }) => name === variant);
  trials.sort((a, b) => place(a) - place(b) || a.seed - b.seed);
  return [...trials.map(summariseTrial), ...combineTrials(trials)];
}

/** Others that were judged before stay in the results. */
async function judgeModels(folder: string, bundles: string[]): Promise<void> {
  const study = await readStudy();
  for (const bundle of bundles) {
    const judged = await stressModel(bundle, folder);
    study.models = [...study.models.filter(({ model }) => model !== judged.model), judged];
  }
  await writeStudy(study);
}

async function readStudy(): Promise<Study> {
  if (!existsSync(RESULTS)) return { trials: [], models: [] };
  const lines = (await readFile(RESULTS, "utf8")).trim().split("\n");
  const all = lines.map((line) => JSON.parse(line) as Result | ModelResult);
  return { trials: all.filter((one) => "variant" in one), models: all.filter((one) => "model" in one) };
}

/** A line a result, trials first. */
async function writeStudy({ trials, models }: Study): Promise<void> {
  await writeFile(RESULTS, [...trials, ...models].map((one) => `${JSON.stringify(one)}\n`).join(""));
}
