/**
 * A training that somebody asks for, and the words that its process gets: whoever starts one (a child process of the
 * server, a job of AWS Batch, the entry point of training.Dockerfile) writes them here, and the process reads them
 * here. What stands in the words is names and folders; settings come by the environment.
 */
import { parseArgs } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import type { Actor, Run } from "@radlite/registry/log";

export interface TrainingRequest {
  /** Name of a shipped recipe, or digest of a registered one. */
  recipe: string;
  /** In place of the recipe's own. */
  seed?: number;
  /** Name of a configured data set. */
  dataset: string;
  actor: Actor;
  idempotencyKey?: string;
  /** Of the request over HTTP that asked. */
  requestId?: string;
}

/** Records a run and sets it going wherever trainings run here; answers once it is recorded. */
export type StartTraining = (request: TrainingRequest) => Promise<Run>;

/** What may be asked for where trainings run here. */
export interface TrainingChoices {
  /** The shipped recipes; the registered ones are the registry's to list. */
  recipes: readonly { name: string; model: string }[];
  /** The configured data sets. */
  datasets: readonly string[];
}

export type ListTrainings = () => Promise<TrainingChoices>;

/** The process, below the root of the repository. */
export const TRAINING_PROGRAM = "dist/training/child.mjs";

/** What to train: a recipe, shipped (its name) or registered (its digest), perhaps with seeds in place of its own, or a shipped sweep. */
export type TrainingWork = { recipe: string; seeds?: readonly number[] } | { sweep: string };

export interface TrainingJob {
  /** One, or those of an array job in the order of its seeds or of the sweep's plan. */
  runIds: readonly string[];
  work: TrainingWork;
  dataFolder: string;
  /** Each run gets a folder of its id in it. */
  outFolder: string;
}

const text = { type: "string" } as const;
const OPTIONS = { run: text, recipe: text, sweep: text, seed: text, data: text, out: text };
const EXPECTED = "--run, --recipe or --sweep, perhaps --seed with --recipe, --data and --out were expected";

export function writeJobArguments({ runIds, work, dataFolder, outFolder }: TrainingJob): string[] {
  const seeds = "recipe" in work ? work.seeds : undefined;
  const words = [
    ["--run", runIds.join(",")],
    "sweep" in work ? ["--sweep", work.sweep] : ["--recipe", work.recipe],
    seeds ? ["--seed", seeds.join(",")] : [],
    ["--data", dataFolder],
    ["--out", outFolder],
  ];
  return words.flat();
}

/** @throws BAD_INPUT for words that `writeJobArguments` does not write, with what was expected. */
export function readJobArguments(words: readonly string[]): TrainingJob {
  const { run, recipe, sweep, seed, data: dataFolder, out: outFolder } = parseWords(words);
  const runIds = run?.split(",") ?? [];
  const seeds = seed?.split(",").map(Number);
  const work = sweep ? { sweep } : recipe ? { recipe, ...(seeds ? { seeds } : {}) } : undefined;
  const isWhole = runIds.length > 0 && runIds.every((id) => id !== "") && work && dataFolder && outFolder;
  if (!isWhole || (sweep && (recipe || seeds))) throw unreadable(EXPECTED);
  if (seeds && (seeds.length !== runIds.length || !seeds.every(Number.isInteger))) {
    throw unreadable(`--seed is ${seed}: one whole number for each of ${runIds.length} runs was expected`);
  }
  return { runIds, work, dataFolder, outFolder };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values;
  } catch (cause) {
    throw unreadable(`${(cause as Error).message}; ${EXPECTED}`, cause);
  }
}

const unreadable = (problem: string, cause?: unknown): RadliteError =>
  new RadliteError("BAD_INPUT", `The words of a training process cannot be read: ${problem}.`, { cause });
