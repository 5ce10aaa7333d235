/**
 * A data folder and a recipe -> what a training needs: pixels to train on, inputs to validate on, and a report
 * of all that is odd about the folder. Unreadable files do not stop a training; a class without images does.
 */
import type { InputRecipe } from "@radlite/model/format";
import { toInputRecipe } from "../recipes/input.ts";
import type { Recipe } from "../recipes/recipe.ts";
import type { DecodeOptions } from "./decoding.ts";
import { groupBy } from "./group-by.ts";
import { findGroups } from "./groups/find-groups.ts";
import { listRadiographs, type Radiograph, requireBothClasses, type Unreadable } from "./listing.ts";
import { measureProperty } from "./properties.ts";
import { type InputSet, loadInputs, loadPixels, type PixelSet } from "./sets.ts";
import { splitAgainst } from "./shifted-split.ts";
import { type Split, splitValidation } from "./split.ts";

export interface DataReport {
  folder: string;
  /** Images used, by class in the order NORMAL, PNEUMONIA. */
  train: [normal: number, pneumonia: number];
  validation: [normal: number, pneumonia: number];
  patients: number;
  /** Images whose name says no patient: each counts as a patient of its own. */
  unknownPatients: number;
  /** Groups of files with the same bytes; each group is on one side of the split. */
  duplicates: string[][];
  /** Those of them that lie under both labels: one of the two is wrong. */
  disputed: string[][];
  /** Left out of the training. */
  unreadable: Unreadable[];
}

export interface TrainingData {
  train: PixelSet;
  validation: InputSet;
  report: DataReport;
}

/**
 * `onProgress` counts over both sets. Errors: BAD_INPUT (layout, a class without a readable image on either
 * side, too few patients).
 */
export async function loadTrainingData(
  folder: string,
  recipe: Pick<Recipe, "input" | "validation" | "groups">,
  { cacheFolder, signal, onProgress }: DecodeOptions = {},
): Promise<TrainingData> {
  const input = toInputRecipe(recipe.input);
  const listing = await listRadiographs(folder, "train");
  const split = await splitAsAsked(listing.images, recipe.validation, { cacheFolder, signal });
  const total = listing.images.length;
  const load = (before: number): DecodeOptions => ({
    cacheFolder,
    signal,
    onProgress: (done) => onProgress?.(before + done, total),
  });
  const validation = await loadInputs(split.validation, input, load(0));
  const train = await loadPixels(split.train, input, load(split.validation.length));
  if (recipe.groups) train.groups = await findGroups(train.images, listing.images, { cacheFolder, signal });
  requireBothClasses(train.images, `the training part of ${listing.folder}`, train.unreadable);
  requireBothClasses(validation.images, `the validation part of ${listing.folder}`, validation.unreadable);

  const report: DataReport = {
    folder: listing.folder,
    train: countClasses(train.labels),
    validation: countClasses(validation.labels),
    patients: new Set(listing.images.map(({ patient }) => patient)).size,
    unknownPatients: listing.unknownPatients,
    duplicates: listing.duplicates,
    disputed: findDisputed(listing.images),
    unreadable: [...listing.unreadable, ...validation.unreadable, ...train.unreadable],
  };
  return { train, validation, report };
}

/** The validation part alone, as a network with this input would see it. Errors as for `loadTrainingData`. */
export async function loadValidation(
  folder: string,
  input: InputRecipe,
  validation: Recipe["validation"],
  options: DecodeOptions = {},
): Promise<InputSet> {
  const listing = await listRadiographs(folder, "train");
  const split = await splitAsAsked(listing.images, validation, options);
  const set = await loadInputs(split.validation, input, options);
  requireBothClasses(set.images, `the validation part of ${listing.folder}`, set.unreadable);
  return set;
}

async function splitAsAsked(
  images: Radiograph[],
  { against, fraction, seed }: Recipe["validation"],
  options: DecodeOptions,
): Promise<Split> {
  if (!against) return splitValidation(images, { fraction, seed });
  return splitAgainst(images, await measureProperty(images, against, options), fraction);
}

function findDisputed(images: Radiograph[]): string[][] {
  return groupBy(images, ({ sha256 }) => sha256)
    .filter((group) => new Set(group.map(({ label }) => label)).size > 1)
    .map((group) => group.map(({ file }) => file));
}

function countClasses(labels: Uint8Array): [normal: number, pneumonia: number] {
  const pneumonia = labels.reduce((sum, label) => sum + label, 0);
  return [labels.length - pneumonia, pneumonia];
}
