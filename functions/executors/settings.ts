/**
 * What a caller may name when it asks for a training: a recipe that ships with Radlite and a data set that this
 * machine's settings know. Never YAML, never a path: an unknown name is refused with the known ones.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { RecipeName } from "@radlite/registry/log";
import { parse } from "yaml";

const RECIPES = "training/recipes/shipped"; // below the root of the repository
const DEFAULT_MODEL = "chest-xray"; // of a recipe that names no model

export interface NamedRecipe extends RecipeName {
  /** The line of versions that its artifacts join. */
  model: string;
}

/** @throws BAD_INPUT that lists the shipped recipes. */
export async function findRecipe(root: string, name: string): Promise<NamedRecipe> {
  const folder = join(root, RECIPES);
  const known = (await readdir(folder)).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
  if (!known.includes(name)) throw unknown("recipe", name, known);
  const source = await readFile(join(folder, `${name}.yaml`));
  const { model = DEFAULT_MODEL } = parse(source.toString()) as { model?: string };
  return { name, digest: createHash("sha256").update(source).digest("hex"), model };
}

/**
 * The folder of a data set.
 * @param setting RADLITE_DATASETS: `name=/folder,other=/folder`
 * @throws BAD_INPUT that lists the configured data sets, or for a setting of another form
 */
export function findDataset(setting: string | undefined, name: string): string {
  const folders = new Map<string, string>();
  for (const entry of (setting ?? "").split(",").filter((part) => part.trim() !== "")) {
    const [, key, folder] = /^\s*([^=\s]+)\s*=\s*(.+?)\s*$/.exec(entry) ?? [];
    if (!key || !folder)
      throw new RadliteError("BAD_INPUT", `RADLITE_DATASETS has "${entry}"; name=/folder was expected.`);
    folders.set(key, folder);
  }
  const folder = folders.get(name);
  if (folder === undefined) throw unknown("data set", name, [...folders.keys()]);
  return folder;
}

function unknown(what: string, name: string, known: string[]): RadliteError {
  const choice =
    known.length > 0 ? `Known: ${known.join(", ")}.` : "None is known: set RADLITE_DATASETS=name=/folder.";
  return new RadliteError("BAD_INPUT", `There is no ${what} named "${name}". ${choice}`, {
    reason: "UNKNOWN_NAME",
  });
}
