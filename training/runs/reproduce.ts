/**
 * A model's recipe trained again, on the images that the model was trained on, and how far it lands: the bytes, and
 * each radiograph of a set under both. What is not the same image by image is not compared: another data set is
 * refused before the training, by the digest of its split.
 */
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { type Estimate, type McnemarTest, mcnemar, summariseScores } from "@radlite/model/statistics";
import {
  digestImages,
  digestOf,
  type Evaluation,
  PARENT_FOLDER,
  readBundle,
  type VersionFacts,
} from "@radlite/registry/bundle";
import { pairCases } from "@radlite/registry/commands";
import { loadTrainingData, type Radiograph } from "../data/index.ts";
import { loadTeachers, type Teacher } from "../distillation/teachers.ts";
import { parseRecipe, type Recipe, reseed } from "../recipes/index.ts";
import { learnsFromItself } from "./generations.ts";
import { trainRecipe } from "./run.ts";
import type { StartModel } from "./start-model.ts";
import type { TrainOptions } from "./train-options.ts";

/** The stage by which a version's facts say what it learnt from. */
const TEACHING = "distil";

export interface ReproduceOptions extends Omit<TrainOptions, "recipe"> {
  model: StartModel;
}

/** One of the two. */
export interface Reproduced {
  sha256: string;
  bytes: number;
  backend: string;
}

export interface PairedFigures {
  /** Radiographs, the same under both. */
  n: number;
  first: { accuracy: Estimate; auc: Estimate };
  second: { accuracy: Estimate; auc: Estimate };
  /** Verdicts that differ. */
  flipped: number;
  /** Of the verdicts that are right under one alone, exact and two-sided. */
  mcnemar: McnemarTest;
}

export interface Reproduction {
  /** The folder of the new bundle. */
  bundle: string;
  /** As it was named. */
  model: string;
  seed: number;
  first: Reproduced;
  second: Reproduced;
  /** Whether both are the same file. */
  isSame: boolean;
  /** By the names of the sets that both were judged on. Changed radiographs are no cases of their own: not here. */
  sets: Record<string, PairedFigures>;
  /** Sets that the model was judged on and are not compared, and why. */
  notCompared: Record<string, string>;
}

/**
 * Errors: BAD_INPUT (a lone file, of which nothing is known; a recipe that was edited; other teachers; another data
 * set), CONFLICT (the folder is the model's own), and those of `trainRecipe`.
 */
export async function reproduceModel({ model, ...options }: ReproduceOptions): Promise<Reproduction> {
  const { facts, source } = requireOrigin(model);
  await requireAnotherFolder(model, options.outFolder);
  const parsed = parseRecipe(source, `the recipe of ${model.name}`);
  const recipe = parsed.fit.seed === facts.seed ? parsed : reseed(parsed, facts.seed);
  await requireSameTeachers(model.name, facts, recipe, options.teachers);
  const { dataFolder, signal, onProgress } = options;
  const data = await loadTrainingData(dataFolder, recipe, {
    signal,
    onProgress: (done, total) => onProgress?.({ kind: "data", done, total }),
  });
  requireSameImages(model.name, facts, data.train.images, dataFolder);

  const trained = await trainRecipe({ ...options, recipe: { recipe, source } });
  const bundle = isBeforeStages(facts, recipe) ? join(trained.bundle, PARENT_FOLDER) : trained.bundle;
  const again = await readBundle(bundle);
  const first = describe(model.bytes, facts);
  const second = describe(again.bytes, again.facts);
  return {
    bundle,
    model: model.name,
    seed: facts.seed,
    first,
    second,
    isSame: first.sha256 === second.sha256,
    ...compareEvaluations(model.evaluations, again.evaluations),
  };
}

function requireOrigin({ name, facts, recipe }: StartModel): { facts: VersionFacts; source: string } {
  if (facts && recipe !== undefined) {
    if (digestOf(recipe) === facts.recipe.digest) return { facts, source: recipe };
    throw new RadliteError(
      "BAD_INPUT",
      `the recipe that lies beside ${name} is not the one that made it (SHA-256 ${facts.recipe.digest.slice(0, 12)}…): it was edited. Put the text from before back, or train the new one with "radlite train"`,
    );
  }
  const missing = facts ? "the text of its recipe" : "where it came from";
  throw new RadliteError(
    "BAD_INPUT",
    `${name} comes without ${missing}, so it cannot be trained again: name its bundle, a shipped model or a registered version`,
  );
}

/** The float network that the stages of its recipe started from, which lies in the bundle of what they made. */
function isBeforeStages({ stages }: VersionFacts, recipe: Recipe): boolean {
  return recipe.stages.length > 0 && stages.every(({ name }) => name === TEACHING);
}

/** Training replaces what lies in a folder, and its parent. */
async function requireAnotherFolder({ name, folder }: StartModel, outFolder: string): Promise<void> {
  if (folder === undefined) return;
  const [own, out] = await Promise.all(
    [folder, outFolder].map((one) => realpath(one).catch(() => undefined)),
  );
  if (own === undefined || out === undefined || !`${own}${sep}`.startsWith(`${out}${sep}`)) return;
  throw new RadliteError(
    "CONFLICT",
    `${outFolder} holds ${name} itself, which the new bundle would replace: name another folder`,
  );
}

/** Where the recipe names others than the model learnt from, they have to be given. */
async function requireSameTeachers(
  name: string,
  { stages }: VersionFacts,
  recipe: Recipe,
  given: readonly Teacher[] | undefined,
): Promise<void> {
  const recorded = stages.find((stage) => stage.name === TEACHING)?.options.teachers;
  if (!recipe.distil || learnsFromItself(recipe) || !Array.isArray(recorded)) return;
  const learntFrom = recorded.map(String);
  const teachers = given ?? (await loadTeachers(recipe.distil.teacher));
  const digests = teachers.map(({ sha256 }) => sha256);
  if (digests.join() === learntFrom.join()) return;
  const list = (all: readonly string[]) => all.map((digest) => `${digest.slice(0, 12)}…`).join(", ");
  throw new RadliteError(
    "BAD_INPUT",
    `${name} learnt from other teachers (${list(learntFrom)}) than ${given ? "those given" : "its recipe names"} (${list(digests)}): give its own, in that order, with --teacher`,
  );
}

function requireSameImages(
  name: string,
  { trainedOn, recipe }: VersionFacts,
  images: readonly Radiograph[],
  folder: string,
): void {
  const found = digestImages(images);
  if (found === trainedOn.images) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${folder} is another data set: recipe ${recipe.name} takes ${images.length} training images from it (digest ${found.slice(0, 12)}…), and ${name} was trained on ${trainedOn.count} (${trainedOn.images.slice(0, 12)}…). Give the folder that it was trained on; "radlite data fetch" brings the one of the shipped models`,
  );
}

function describe(bytes: Uint8Array, { backend }: VersionFacts): Reproduced {
  return { sha256: digestOf(bytes), bytes: bytes.length, backend };
}

/** Sets by name, each at its own threshold, image by image. */
export function compareEvaluations(
  first: readonly Evaluation[],
  second: readonly Evaluation[],
): Pick<Reproduction, "sets" | "notCompared"> {
  const sets: Reproduction["sets"] = {};
  const notCompared: Reproduction["notCompared"] = {};
  for (const one of first) {
    const other = second.find(({ set }) => set === one.set);
    if (one.changes !== undefined) notCompared[one.set] = "its cases are the same radiographs several times";
    else if (!other) notCompared[one.set] = "the data folder has no such radiographs";
    else if (other.images !== one.images) notCompared[one.set] = "the data folder has other radiographs";
    else sets[one.set] = comparePaired(one, other);
  }
  return { sets, notCompared };
}

function comparePaired(first: Evaluation, second: Evaluation): PairedFigures {
  const pairs = pairCases(first, second);
  const right = (side: "first" | "second") => pairs.map((pair) => pair[side].isRight);
  const test = mcnemar(right("first"), right("second"));
  return {
    n: pairs.length,
    first: figuresOf(first),
    second: figuresOf(second),
    flipped: test.onlyFirst + test.onlySecond,
    mcnemar: test,
  };
}

function figuresOf({ cases, threshold }: Evaluation): PairedFigures["first"] {
  const probabilities = cases.map(({ probability }) => probability);
  const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
  const { accuracy, auc } = summariseScores(probabilities, labels, threshold);
  return { accuracy, auc };
}
