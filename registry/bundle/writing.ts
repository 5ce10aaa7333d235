/** Writing bundles: each file whole or not at all, `version.json` last, since without it a folder is no bundle. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EVALUATION_SETS, type VersionFacts } from "./evaluation.ts";
import { ARTIFACT_FILE, evaluationFile, FACTS_FILE, PARENT_FOLDER, RECIPE_FILE } from "./files.ts";
import type { Bundle } from "./reading.ts";

/** Into a folder, which is made; what else lies in it stays. Without a recipe the one that is there stays. */
export async function writeBundle(
  folder: string,
  { facts, bytes, evaluations, recipe }: Bundle,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (recipe !== undefined) await writeWhole(join(folder, RECIPE_FILE), recipe);
  await writeWhole(join(folder, ARTIFACT_FILE), bytes);
  for (const evaluation of evaluations) {
    await writeWhole(join(folder, evaluationFile(evaluation.set)), JSON.stringify(evaluation));
  }
  await writeFacts(folder, facts);
}

export async function writeFacts(folder: string, facts: VersionFacts): Promise<void> {
  await writeWhole(join(folder, FACTS_FILE), `${JSON.stringify(facts, undefined, 2)}\n`);
}

/** Takes away what makes a folder a bundle and what a new one might lack, the facts before all. */
export async function clearBundle(folder: string): Promise<void> {
  for (const name of [FACTS_FILE, ...EVALUATION_SETS.map(evaluationFile), PARENT_FOLDER]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}
