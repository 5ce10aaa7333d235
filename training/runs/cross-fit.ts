/**
 * A recipe judged on its own training images: these are cut into parts by patient, and each part is judged by a
 * network that was trained on the others, so that every image gets one verdict from a network that did not see its
 * patient. Of the others a part is kept back, as the recipe says, to choose epoch and threshold on. The network is the
 * float one that a recipe's stages would start from. Designs are compared by this, never by a test set.
 *
 * What is finished lies in the folder, fold by fold: a run that was stopped goes on from its last epoch.
 */
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { chooseThreshold, sigmoid, toLogit } from "@radlite/model/statistics";
import { digestImages, replaceFile } from "@radlite/registry/bundle";
import { buildArchitecture } from "../architectures/families.ts";
import {
  CLASSES,
  findGroups,
  type InputSet,
  listRadiographs,
  loadInputs,
  loadPixels,
  openBatchSource,
  type PixelSet,
  pickInputs,
  pickPixels,
  splitFolds,
  splitValidation,
} from "../data/index.ts";
import { type CrossFitCases, encodeCases } from "../evaluation/cross-fit-cases.ts";
import { requireSameImages } from "../evaluation/cross-fit-report.ts";
import { readCheckpoint, writeCheckpoint } from "../fit/checkpoint.ts";
import { fitGraph } from "../fit/fit.ts";
import type { OnProgress } from "../fit/progress.ts";
import { computeLogits } from "../fit/validate.ts";
import { digestRecipe, type Recipe, toInputRecipe } from "../recipes/index.ts";
import { toFitData } from "./fit-data.ts";
import { holdOutFolder, makeOutFolder } from "./out-folder.ts";

export interface CrossFitOptions {
  recipe: Recipe;
  /** Holds NORMAL/ and PNEUMONIA/, or train/ with them. */
  dataFolder: string;
  /** Takes the cases, and what is finished meanwhile. */
  outFolder: string;
  folds: number;
  /** In place of the recipe's. */
  epochs: number;
  /** Cases that its own are to be compared with: those of other images are refused before the training. */
  against?: readonly CrossFitCases[];
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export const CASES_FILE = "cases.json";

/** Draws the parts: the same for every design. */
const FOLD_SEED = 1;

/** All images, as the parts are cut from them. */
interface Judged {
  pixels: PixelSet;
  inputs: InputSet;
  /** The part of each. */
  fold: Uint8Array;
}

/**
 * Errors: BAD_INPUT (data, a recipe that learns from a teacher or from pretrained weights, cases to compare with that
 * are of other images), CONFLICT (the folder is of another recipe, of other images or epochs); the signal's reason once
 * it is aborted.
 */
export function crossFit(options: CrossFitOptions): Promise<CrossFitCases> {
  requireFromScratch(options.recipe);
  return holdOutFolder(options.outFolder, () => crossFitAlone(options));
}

async function crossFitAlone({ recipe, dataFolder, outFolder, folds, epochs, ...options }: CrossFitOptions) {
  const { against = [], ...rest } = options;
  const { signal, onProgress } = rest;
  await makeOutFolder(outFolder);
  const input = toInputRecipe(recipe.input);
  const { images } = await listRadiographs(dataFolder, "train");
  const loading = (before: number) => ({
    signal,
    onProgress: (done: number) =>
      onProgress?.({ kind: "data", done: before + done, total: 2 * images.length }),
  });
  const pixels = await loadPixels(images, input, loading(0));
  const inputs = await loadInputs(pixels.images, input, loading(images.length));
  const judged = {
    recipe: { name: recipe.name, digest: digestRecipe(recipe) },
    images: digestImages(inputs.images),
  };
  for (const other of against) requireSameImages(other, judged);
  const all: Judged = { pixels, inputs, fold: splitFolds(inputs.images, { folds, seed: FOLD_SEED }) };
  const shortened: Recipe = { ...recipe, fit: { ...recipe.fit, epochs }, stages: [] };
  const margins = new Float32Array(inputs.labels.length);
  for (let fold = 0; fold < folds; fold++) {
    onProgress?.({ kind: "note", text: `part ${fold + 1} of ${folds}` });
    const reached = await judgeFold(all, fold, shortened, { images, outFolder, folds, ...rest });
    for (const [at, row] of rowsOf(all.fold, (one) => one === fold).entries()) margins[row] = reached[at]!;
  }
  const cases: CrossFitCases = {
    ...judged,
    ...{ epochs, seed: recipe.fit.seed, folds },
    labels: inputs.labels,
    fold: all.fold,
    group: await findGroups(inputs.images, images, { signal }),
    margins,
  };
  await replaceFile(join(outFolder, CASES_FILE), encodeCases(cases));
  return cases;
}

interface FoldOptions extends Pick<CrossFitOptions, "outFolder" | "folds" | "signal" | "onProgress"> {
  /** The whole listing. */
  images: Parameters<typeof findGroups>[1];
}

/** The margins of the images of one part. */
async function judgeFold(
  { pixels, inputs, fold: of }: Judged,
  fold: number,
  recipe: Recipe,
  { images, outFolder, folds, signal, onProgress }: FoldOptions,
): Promise<Float32Array> {
  const { name: _, description: __, model: ___, ...identity } = recipe;
  const fingerprint = JSON.stringify([identity, digestImages(inputs.images), folds, fold]);
  const path = (what: string) => join(outFolder, `part-${fold + 1}-${what}.bin`);
  const finished = await readCheckpoint<Float32Array>(path("margins"), fingerprint);
  if (finished) return finished;

  const others = rowsOf(of, (one) => one !== fold);
  const rowOf = new Map(inputs.images.map((image, row) => [image, row]));
  const split = splitValidation(
    others.map((row) => inputs.images[row]!),
    recipe.validation,
  );
  const pick = (some: typeof split.train) => some.map((image) => rowOf.get(image)!);
  const train = pickPixels(pixels, pick(split.train));
  const validation = pickInputs(inputs, pick(split.validation));
  if (recipe.groups) train.groups = await findGroups(train.images, images, { signal });
  const source = await openBatchSource(train, recipe);
  try {
    const graph = buildArchitecture(recipe.architecture, inputs.input, [...CLASSES]);
    const checkpoint = { path: path("checkpoint"), fingerprint, resume: true };
    const data = toFitData({ validation }, source, undefined, { train, groups: recipe.groups });
    const { values } = await fitGraph(graph, data, recipe.fit, { checkpoint, signal, onProgress });
    const chosen = computeLogits(graph, values, validation).map(sigmoid);
    const threshold = chooseThreshold(chosen, validation.labels, recipe.threshold);
    const judged = pickInputs(
      inputs,
      rowsOf(of, (one) => one === fold),
    );
    const margins = computeLogits(graph, values, judged).map((logit) => logit - toLogit(threshold));
    await writeCheckpoint(path("margins"), fingerprint, margins);
    return margins;
  } finally {
    await source.close();
  }
}

function rowsOf(fold: Uint8Array, fits: (fold: number) => boolean): number[] {
  return [...fold.keys()].filter((row) => fits(fold[row]!));
}

/** What a network starts from or learns from may have seen the patients that it is judged on. */
function requireFromScratch({ name, distil, initial }: Recipe): void {
  if (!distil && !initial) return;
  throw new RadliteError(
    "BAD_INPUT",
    `Recipe ${name} has a section ${distil ? "distil" : "initial"}: cross-fitting takes recipes without it, since ${distil ? "a teacher has seen the patients that are judged" : "each part is trained from scratch"}. Take a recipe of the same network without it.`,
  );
}
