/**
 * A bundle: the folder that a training writes and the registry reads, one version with its evidence.
 *   model.rlm  version.json  validation.json  [test.json]  recipe.yaml  [parent/ (a bundle)]
 * Bundles that lie together may share the lists of the radiographs that they were evaluated on, as
 * images/<digest>.json beside them (compact-evaluation.ts).
 */
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  EVALUATION_SETS,
  type Evaluation,
  type EvaluationSet,
  type Registry,
  type Version,
  type VersionFacts,
} from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { uploadArtifact } from "./artifacts.ts";
import { parseEvaluation, parseImageList, parseVersionFacts } from "./bundle-schema.ts";
import { expandEvaluation, type ImageList } from "./compact-evaluation.ts";
import { createModel } from "./models.ts";
import type { Mutation } from "./mutation.ts";
import { registerVersion } from "./versions.ts";

export const ARTIFACT_FILE = "model.rlm";
export const FACTS_FILE = "version.json";
const RECIPE_FILE = "recipe.yaml";
/** Beside bundles: the lists of radiographs that their evaluations share. */
export const IMAGES_FOLDER = "images";
const PARENT_FOLDER = "parent";
const MAX_ANCESTORS = 8;

export interface Bundle {
  facts: VersionFacts;
  bytes: Uint8Array;
  evaluations: Evaluation[];
  /** The text of the recipe that it was made by; absent in a bundle without one. */
  recipe?: string;
}

export interface RegisterBundleInput extends Mutation {
  runId?: string;
}

/**
 * Registers the version of a bundle, its parent first, creating the model when it does not exist. What is
 * registered already stays as it is.
 * @throws BAD_INPUT that names the file and what is wrong with it; BAD_ARTIFACT.
 */
export function registerBundle(
  registry: Registry,
  folder: string,
  input: RegisterBundleInput,
): Promise<Version> {
  return registerNested(registry, folder, input, 0);
}

async function registerNested(
  registry: Registry,
  folder: string,
  input: RegisterBundleInput,
  depth: number,
): Promise<Version> {
  if (depth > MAX_ANCESTORS) {
    throw new RadliteError("BAD_INPUT", `${folder}: bundles lie over ${MAX_ANCESTORS} deep in each other`);
  }
  const { facts, bytes, evaluations } = await readBundle(folder);
  const parentFolder = join(folder, PARENT_FOLDER);
  if (await isThere(parentFolder))
    await registerNested(registry, parentFolder, { actor: input.actor }, depth + 1);
  await ensureModel(registry, facts.model, input);
  const artifact = await uploadArtifact(registry.store, bytes);
  return registerVersion(registry, { ...input, artifact, facts, evaluations });
}

/** What lies in a bundle's folder but for its parent. @throws BAD_INPUT that names the file and what is wrong with it. */
export async function readBundle(folder: string): Promise<Bundle> {
  const name = join(basename(folder), FACTS_FILE);
  const facts = parseVersionFacts(await readBundleFile(folder, FACTS_FILE), name);
  const bytes = await readBundleFile(folder, ARTIFACT_FILE);
  const evaluations: Evaluation[] = [];
  for (const set of EVALUATION_SETS) {
    const evaluation = await readBundledEvaluation(folder, set);
    if (evaluation) evaluations.push(evaluation);
  }
  const recipe = await readFile(join(folder, RECIPE_FILE), "utf8").catch(() => undefined);
  return { facts, bytes, evaluations, ...(recipe === undefined ? {} : { recipe }) };
}

/**
 * The evaluation of a bundle on a set, whole; `undefined` when it has none.
 * @throws BAD_INPUT that names the file and what is wrong with it.
 */
export async function readBundledEvaluation(
  folder: string,
  set: EvaluationSet,
): Promise<Evaluation | undefined> {
  const file = `${set}.json`;
  if (!(await isThere(join(folder, file)))) return undefined;
  const name = join(basename(folder), file);
  const given = parseEvaluation(await readBundleFile(folder, file), name);
  if ("cases" in given) return given;
  return expandEvaluation(given, await readImageList(folder, `${given.images}.json`, name));
}

/** Beside the bundle, or beside the one that it is the parent of. */
async function readImageList(folder: string, list: string, name: string): Promise<ImageList> {
  for (const above of ["..", "../.."]) {
    const path = join(folder, above, IMAGES_FOLDER, list);
    if (await isThere(path)) return parseImageList(await readFile(path), list);
  }
  throw new RadliteError(
    "BAD_INPUT",
    `${name} holds probabilities alone, and the list of its radiographs, ${list}, is not there: expected it in the folder ${IMAGES_FOLDER} beside the bundle`,
  );
}

async function ensureModel(registry: Registry, name: string, { actor }: Mutation): Promise<void> {
  if ((await registry.refresh()).models.has(name)) return;
  await createModel(registry, { name, description: "", actor }).catch((error) => {
    if (!isConflict(error)) throw error; // somebody created it meanwhile
  });
}

async function readBundleFile(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `${join(folder, file)} cannot be read (${(cause as Error).message}); a bundle holds ${ARTIFACT_FILE}, ${FACTS_FILE} and its evaluations`,
      { cause },
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
