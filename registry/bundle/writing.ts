/** Writing bundles: each file whole or not at all, `version.json` last, since without it a folder is no bundle. */
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listBundledSets } from "./entries.ts";
import type { Evaluation, VersionFacts } from "./evaluation.ts";
import { ARTIFACT_FILE, evaluationFile, FACTS_FILE, PARENT_FOLDER, RECIPE_FILE } from "./file-names.ts";
import type { Bundle } from "./reading.ts";

/** Into a folder, which is made; what else lies in it stays. Without a recipe the one that is there stays. */
export async function writeBundle(
  folder: string,
  { facts, bytes, evaluations, recipe }: Bundle,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (recipe !== undefined) await replaceFile(join(folder, RECIPE_FILE), recipe);
  await replaceFile(join(folder, ARTIFACT_FILE), bytes);
  for (const evaluation of evaluations) await writeEvaluation(folder, evaluation);
  await writeFacts(folder, facts);
}

/** Beside the facts of a bundle that is there. */
export async function writeEvaluation(folder: string, evaluation: Evaluation): Promise<void> {
  await replaceFile(join(folder, evaluationFile(evaluation.set)), JSON.stringify(evaluation));
}

export async function writeFacts(folder: string, facts: VersionFacts): Promise<void> {
  await replaceFile(join(folder, FACTS_FILE), `${JSON.stringify(facts, undefined, 2)}\n`);
}

/** Takes away what makes a folder a bundle and what a new one might lack, the facts before all. */
export async function clearBundle(folder: string): Promise<void> {
  await rm(join(folder, FACTS_FILE), { force: true });
  await removeEvaluations(folder);
  await rm(join(folder, PARENT_FOLDER), { recursive: true, force: true });
}

/** On every set. */
export async function removeEvaluations(folder: string): Promise<void> {
  const isThere = (await stat(folder).catch(() => undefined)) !== undefined;
  const sets = isThere ? await listBundledSets(folder) : [];
  for (const set of sets) await rm(join(folder, evaluationFile(set)), { force: true });
}

/** A reader finds the old content or the new one, whole. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}
