/**
 * The bundle of a finished run, a folder: `model.rlm`, `version.json`, `validation.json`, perhaps `test.json`,
 * `recipe.yaml`, and in `parent/` the same of the float network that it was compressed from. What registering and shipping read.
 */
import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import { countMacs, countParameters, open } from "@radlite/model/format";
import type { Evaluation, Stage, VersionFacts } from "@radlite/registry/log";
import { digestImages, type TrainingData } from "../data/index.ts";
import type { Teacher } from "../distillation/teachers.ts";
import type { LoadedRecipe, Recipe } from "../recipes/index.ts";
import type { PretrainedStart } from "../weights/start.ts";

/** A sealed file, the stages that made it, and how it did: on validation, and on a test set if there is one. */
export interface FinishedModel {
  model: Uint8Array;
  stages: Stage[];
  evaluations: Evaluation[];
}

/** What all versions of one run have in common. */
export interface RunFacts {
  loaded: LoadedRecipe;
  /** Absent where nothing was learnt and the origin says what it was trained on. */
  data?: Pick<TrainingData, "train">;
  backend: string;
  teachers?: readonly Teacher[];
  pretrained?: PretrainedStart;
  /** Of a run that compressed a model instead of training one. */
  origin?: Origin;
}

/** A model that was there before: its digest, and what is known of how it was made. */
export interface Origin extends Partial<Pick<VersionFacts, "teacher" | "trainedOn">> {
  sha256: string;
  stages: readonly Stage[];
}

/** Each file is written whole or not at all, `version.json` last. */
export async function writeBundle(
  folder: string,
  finished: FinishedModel,
  facts: RunFacts,
  parent?: FinishedModel,
): Promise<void> {
  // What an earlier run left goes first, version.json before all: without it a folder is no bundle.
  for (const name of ["version.json", "test.json", "parent"]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
  if (parent) await writeBundle(join(folder, "parent"), parent, facts);
  const version = describeVersion(finished, facts, parent ? hashBytes(parent.model) : facts.origin?.sha256);
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "recipe.yaml"), facts.loaded.source);
  await writeVersion(folder, finished, version);
}

/** A file and its evidence, `version.json` last. */
export async function writeVersion(
  folder: string,
  { model, evaluations }: Pick<FinishedModel, "model" | "evaluations">,
  version: VersionFacts,
): Promise<void> {
  await writeWhole(join(folder, "model.rlm"), model);
  for (const evaluation of evaluations) {
    await writeWhole(join(folder, `${evaluation.set}.json`), JSON.stringify(evaluation));
  }
  await writeWhole(join(folder, "version.json"), `${JSON.stringify(version, undefined, 2)}\n`);
}

/** Errors: BAD_INPUT where nothing is known of the training images. */
function describeVersion(
  { model, stages }: FinishedModel,
  facts: RunFacts,
  parent: string | undefined,
): VersionFacts {
  const { loaded, backend, teachers = [], pretrained, origin } = facts;
  const { recipe, source } = loaded;
  const { network } = open(model);
  const teacher = teachers.length === 1 ? teachers[0]!.sha256 : origin?.teacher;
  return {
    formatVersion: 1,
    model: recipe.model,
    sha256: hashBytes(model),
    sizeBytes: model.length,
    parameters: countParameters(network).total,
    macs: countMacs(network).total,
    recipe: { name: recipe.name, digest: hashBytes(source) },
    seed: recipe.fit.seed,
    stages: [
      ...(origin?.stages ?? describeStart(recipe, pretrained)),
      ...describeTeaching(recipe, teachers, origin),
      ...stages,
    ],
    ...(parent === undefined ? {} : { parent }),
    ...(teacher === undefined ? {} : { teacher }),
    trainedOn: describeImages(facts),
    backend,
    tags: {},
  };
}

function describeImages({ data, origin }: RunFacts): VersionFacts["trainedOn"] {
  if (data) return { images: digestImages(data.train.images), count: data.train.images.length };
  if (origin?.trainedOn) return origin.trainedOn;
  throw new RadliteError(
    "BAD_INPUT",
    "Nothing is known of the images that the model was trained on: give its bundle, or a data folder.",
  );
}

function describeStart({ initial }: Recipe, pretrained: PretrainedStart | undefined): Stage[] {
  if (!initial || !pretrained) return [];
  const { sha256, report } = pretrained;
  const summary = { loadedLayers: report.loaded.length, drawnLayers: report.missing.length };
  return [{ name: "pretrained", options: { ...initial, sha256 }, summary }];
}

/** All teachers by their digests: the field `teacher` of a version has room for one. Hints are given to a fit alone. */
function describeTeaching(
  { distil }: Recipe,
  teachers: readonly Teacher[],
  origin: Origin | undefined,
): Stage[] {
  if (!distil) return [];
  const { temperature, weight, hints } = distil;
  const options = { teachers: teachers.map(({ sha256 }) => sha256), temperature, weight };
  const isTold = origin?.stages.some(
    ({ name, options: { hints: _, ...others } }) => name === "distil" && isDeepStrictEqual(others, options),
  );
  if (isTold) return [];
  return [{ name: "distil", options: hints && !origin ? { ...options, hints } : options, summary: {} }];
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** SHA-256, 64 hex digits. */
export function hashBytes(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
