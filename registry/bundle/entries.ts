/** What lies in a bundle's folder: the evaluations that are there, and what is no part of a bundle. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { decodeJson } from "./canonical-json.ts";
import { ARTIFACT_FILE, evaluationFile, FACTS_FILE, PARENT_FOLDER, RECIPE_FILE } from "./file-names.ts";
import { readPlainFile } from "./plain-file.ts";
import { isSetName, STANDARD_SETS } from "./sets.ts";

const FILES = [ARTIFACT_FILE, FACTS_FILE, RECIPE_FILE, PARENT_FOLDER];
const STANDARD = STANDARD_SETS.map(({ name }) => name);

/** The sets that a bundle was evaluated on: the standard ones first, the others by name. */
export async function listBundledSets(folder: string): Promise<string[]> {
  const entries = await readdir(folder);
  const sets: string[] = [];
  for (const entry of entries) {
    const set = setOf(entry);
    if (set !== undefined && (await isEvaluation(folder, set))) sets.push(set);
  }
  return sortSets(sets);
}

/** The standard ones first, as every list of them is shown. */
export function sortSets(names: Iterable<string>): string[] {
  const rank = (name: string) => (STANDARD.indexOf(name) + 1 || STANDARD.length + 1).toString() + name;
  return [...names].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/**
 * The first entry of a folder that is no part of a bundle, nor a draft that a killed writer left (FILE.PROCESS), nor
 * one of `others`.
 */
export async function findForeignEntry(
  folder: string,
  others: readonly string[] = [],
): Promise<string | undefined> {
  for (const entry of await readdir(folder)) {
    const name = entry.replace(/\.\d+$/, "");
    const set = setOf(name);
    const isOurs =
      [...FILES, ...others].includes(name) ||
      (set !== undefined && (entry !== name || (await isEvaluation(folder, set))));
    if (!isOurs) return entry;
  }
  return undefined;
}

function setOf(entry: string): string | undefined {
  const name = entry.slice(0, -".json".length);
  return entry.endsWith(".json") && isSetName(name) ? name : undefined;
}

/** Other JSON may lie beside. What cannot be read is taken for an evaluation, so that reading it says what is wrong. */
async function isEvaluation(folder: string, set: string): Promise<boolean> {
  if (STANDARD.includes(set)) return true;
  const value = decodeJson(await readPlainFile(join(folder, evaluationFile(set))));
  return value === undefined || (typeof value === "object" && value !== null && "set" in value);
}
