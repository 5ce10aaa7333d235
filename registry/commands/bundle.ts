/**
 * A bundle: the folder that a training writes and the registry reads, one version with its evidence.
 *   model.rlm  version.json  validation.json  [test.json]  recipe.yaml  [parent/ (a bundle)]
 * Bundles that lie together may share the lists of the radiographs that they were evaluated on (compact-evaluation.ts).
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
} from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { uploadArtifact } from "./artifacts.ts";
import { parseEvaluation, parseImageList, parseVersionFacts } from "./bundle-schema.ts";
import { expandEvaluation } from "./compact-evaluation.ts";
import { createModel } from "./models.ts";
import type { Mutation } from "./mutation.ts";
import { registerVersion } from "./versions.ts";

export const ARTIFACT_FILE = "model.rlm";
export const FACTS_FILE = "version.json";
const PARENT_FOLDER = "parent";
const MAX_ANCESTORS = 8;

export interface RegisterBundleInput extends Mutation {
  runId?: string;
  /** Holds the lists of radiographs, `<digest>.json`, that compact evaluations name. */
  imagesFolder?: string;
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
  const facts = parseVersionFacts(
    await readBundleFile(folder, FACTS_FILE),
    join(basename(folder), FACTS_FILE),
  );
  const bytes = await readBundleFile(folder, ARTIFACT_FILE);
  const evaluations: Evaluation[] = [];
  for (const set of EVALUATION_SETS) {
    const evaluation = await readBundledEvaluation(folder, set, input.imagesFolder);
    if (evaluation) evaluations.push(evaluation);
  }
  const parentFolder = join(folder, PARENT_FOLDER);
  const { imagesFolder, ...mutation } = input;
  if (await isThere(parentFolder))
    await registerNested(registry, parentFolder, { actor: input.actor, imagesFolder }, depth + 1);
  await ensureModel(registry, facts.model, input);
  const artifact = await uploadArtifact(registry.store, bytes);
  return registerVersion(registry, { ...mutation, artifact, facts, evaluations });
}

/**
 * The evaluation of a bundle on a set, whole; `undefined` when it has none.
 * @throws BAD_INPUT that names the file and what is wrong with it.
 */
export async function readBundledEvaluation(
  folder: string,
  set: EvaluationSet,
  imagesFolder?: string,
): Promise<Evaluation | undefined> {
  const file = `${set}.json`;
  if (!(await isThere(join(folder, file)))) return undefined;
  const name = join(basename(folder), file);
  const given = parseEvaluation(await readBundleFile(folder, file), name);
  if ("cases" in given) return given;
  const list = `${given.images}.json`;
  if (imagesFolder === undefined || !(await isThere(join(imagesFolder, list)))) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name} holds probabilities alone, and the list of its radiographs, ${list}, is not there: shipped bundles are registered from the folder of all, where images/ lies`,
    );
  }
  return expandEvaluation(given, parseImageList(await readFile(join(imagesFolder, list)), list));
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
