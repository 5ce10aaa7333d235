/** What a finished run says of its version, and its bundle: what registering and shipping read. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import { countMacs, countParameters, open } from "@radlite/model/format";
import {
  clearBundle,
  digestImages,
  digestOf,
  type Evaluation,
  listTeachers,
  nameTeachers,
  PARENT_FOLDER,
  type Stage,
  type VersionFacts,
  writeBundle,
} from "@radlite/registry/bundle";
import type { TrainingData } from "../data/index.ts";
import type { Teacher } from "../distillation/teachers.ts";
import type { LoadedRecipe, Recipe } from "../recipes/index.ts";
import type { PretrainedStart } from "../weights/start.ts";

/** An artifact, the stages that made it, and how it did: on validation, and on a test set if there is one. */
export interface FinishedVersion {
  artifact: Uint8Array;
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
  /** The origin of a run that compressed a model instead of training one. */
  origin?: Origin;
}

/** A model that was there before: its digest, and what is known of how it was made. */
export interface Origin extends Partial<Pick<VersionFacts, "teacher" | "teachers" | "trainedOn">> {
  sha256: string;
  stages: readonly Stage[];
}

/** The bundle of a run in a folder, in place of the one of an earlier run; in its parent/ the float network's. */
export async function bundleRun(
  folder: string,
  finished: FinishedVersion,
  facts: RunFacts,
  parent?: FinishedVersion,
): Promise<void> {
  await clearBundle(folder);
  if (parent) await bundleRun(join(folder, PARENT_FOLDER), parent, facts);
  await writeBundle(folder, {
    facts: describeVersion(finished, facts, parent ? digestOf(parent.artifact) : facts.origin?.sha256),
    bytes: finished.artifact,
    evaluations: finished.evaluations,
    recipe: facts.loaded.source,
  });
}

/** Errors: BAD_INPUT where nothing is known of the training images. */
function describeVersion(
  { artifact, stages }: FinishedVersion,
  facts: RunFacts,
  parent: string | undefined,
): VersionFacts {
  const { loaded, backend, teachers = [], pretrained, origin } = facts;
  const { recipe, source } = loaded;
  const { network } = open(artifact);
  const learntFrom = teachers.length > 0 ? teachers.map(({ sha256 }) => sha256) : listTeachers(origin ?? {});
  return {
    formatVersion: 1,
    model: recipe.model,
    sha256: digestOf(artifact),
    sizeBytes: artifact.length,
    parameters: countParameters(network).total,
    macs: countMacs(network).total,
    recipe: { name: recipe.name, digest: digestOf(source) },
    seed: recipe.fit.seed,
    stages: [
      ...(origin?.stages ?? describeStart(recipe, pretrained)),
      ...describeTeaching(recipe, teachers, origin),
      ...stages,
    ],
    ...(parent === undefined ? {} : { parent }),
    ...nameTeachers(learntFrom),
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

/** All teachers by their digests, with how they taught. Hints are given to a fit alone. */
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
