/** Reading bundles: every file is checked, and what is wrong with one is said by its name. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { expandEvaluation, type ImageList } from "./compact-evaluation.ts";
import { listBundledSets } from "./entries.ts";
import type { Evaluation, VersionFacts } from "./evaluation.ts";
import {
  ARTIFACT_FILE,
  evaluationFile,
  FACTS_FILE,
  IMAGES_FOLDER,
  imageListFile,
  RECIPE_FILE,
} from "./file-names.ts";
import { readPlainFile } from "./plain-file.ts";
import { parseEvaluation, parseImageList, parseVersionFacts } from "./schema.ts";

/** What lies in a bundle's folder but for its parent. */
export interface Bundle {
  facts: VersionFacts;
  /** The sealed file. */
  bytes: Uint8Array;
  evaluations: Evaluation[];
  /** The text of the recipe that it was made by; absent in a bundle without one. */
  recipe?: string;
}

/** What a bundle says without its model file: so a table is printed again from what is committed of the networks. */
export interface Evidence {
  facts: VersionFacts;
  /** Absent: judged on none of the sets asked for. */
  evaluation?: Evaluation;
}

/** @throws BAD_INPUT that names the file and what is wrong with it. */
export async function readBundle(folder: string): Promise<Bundle> {
  const facts = await readFacts(folder);
  const bytes = await readBundledArtifact(folder);
  const evaluations: Evaluation[] = [];
  for (const set of await listBundledSets(folder)) {
    const evaluation = await readBundledEvaluation(folder, set);
    if (evaluation) evaluations.push(evaluation);
  }
  const recipe = await readBundledRecipe(folder);
  return { facts, bytes, evaluations, ...(recipe === undefined ? {} : { recipe }) };
}

/** @throws BAD_INPUT where there is none, or no sound one. */
export async function readFacts(folder: string): Promise<VersionFacts> {
  return parseVersionFacts(await readBundleFile(folder, FACTS_FILE), join(basename(folder), FACTS_FILE));
}

/** `undefined` where no bundle lies. @throws BAD_INPUT for facts that are damaged. */
export async function findFacts(folder: string): Promise<VersionFacts | undefined> {
  return (await isThere(join(folder, FACTS_FILE))) ? readFacts(folder) : undefined;
}

/** The sealed file, not opened. @throws BAD_INPUT where there is none. */
export function readBundledArtifact(folder: string): Promise<Uint8Array> {
  return readBundleFile(folder, ARTIFACT_FILE);
}

/** The text, or undefined in a bundle without one. */
export async function readBundledRecipe(folder: string): Promise<string | undefined> {
  return readPlainFile(join(folder, RECIPE_FILE)).then(String, () => undefined);
}

/**
 * The evaluation of a bundle on a set, whole; `undefined` when it has none.
 * @throws BAD_INPUT that names the file and what is wrong with it.
 */
export async function readBundledEvaluation(folder: string, set: string): Promise<Evaluation | undefined> {
  const file = evaluationFile(set);
  if (!(await isThere(join(folder, file)))) return undefined;
  const name = join(basename(folder), file);
  const given = parseEvaluation(await readBundleFile(folder, file), name);
  if (given.set !== set) {
    throw new RadliteError("BAD_INPUT", `${name} is an evaluation on ${given.set}: expected one on ${set}`);
  }
  if ("cases" in given) return given;
  return expandEvaluation(given, await readImageList(folder, imageListFile(given.images), name));
}

/**
 * Facts with the evaluation on the first of `sets` that has one; `undefined` where no bundle lies.
 * @throws BAD_INPUT that names a damaged file.
 */
export async function readEvidence(folder: string, sets: readonly string[]): Promise<Evidence | undefined> {
  const facts = await findFacts(folder);
  if (!facts) return undefined;
  for (const set of sets) {
    const evaluation = await readBundledEvaluation(folder, set);
    if (evaluation) return { facts, evaluation };
  }
  return { facts };
}

/** Beside the bundle, or beside the one that it is the parent of. */
async function readImageList(folder: string, list: string, name: string): Promise<ImageList> {
  for (const above of ["..", "../.."]) {
    const path = join(folder, above, IMAGES_FOLDER, list);
    if (await isThere(path)) return parseImageList(await readPlainFile(path), list);
  }
  throw new RadliteError(
    "BAD_INPUT",
    `${name} holds probabilities alone, and the list of its radiographs, ${list}, is not there: expected it in the folder ${IMAGES_FOLDER} beside the bundle`,
  );
}

async function readBundleFile(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readPlainFile(join(folder, file));
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `${join(folder, file)} cannot be read (${describeFileProblem(cause)}); a bundle holds ${ARTIFACT_FILE}, ${FACTS_FILE} and its evaluations`,
      { cause },
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
