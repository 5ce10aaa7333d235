/**
 * The recipes that a caller may name when it asks for a training: those that ship with Radlite, and those that somebody
 * registered, by their digest; never YAML or a path.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { quote, RadliteError } from "@radlite/model/errors";
import { digestOf, type RecipeName } from "@radlite/registry/bundle";
import { type ListTrainings, listDatasets } from "@radlite/registry/commands";
import type { State } from "@radlite/registry/log";
import { parseRecipe } from "@radlite/training/recipes";
import { parse } from "yaml";

const RECIPES = "training/recipes/shipped"; // below the root of the repository
const DEFAULT_MODEL = "chest-xray"; // of a recipe that names no model

export interface NamedRecipe extends RecipeName {
  /** The line of versions that its artifacts join. */
  model: string;
  /** As it ships; of a registered one the registry has it. */
  text?: string;
}

/** What a text says of itself if it is a recipe. @throws BAD_INPUT that lists every fault with its line. */
export function validateRecipe(text: string): { name: string; model: string } {
  const { name, model } = parseRecipe(text, "recipe.yaml");
  return { name, model };
}

/** @throws BAD_INPUT that lists the shipped recipes. */
export async function findRecipe(root: string, name: string, { recipes }: State): Promise<NamedRecipe> {
  const registered = recipes.get(name);
  if (registered) return { name: registered.name, digest: registered.digest, model: registered.model };
  const known = await listShipped(root);
  if (!known.includes(name)) {
    throw new RadliteError(
      "BAD_INPUT",
      `There is no recipe named ${quote(name)}, nor is one registered with that SHA-256. Known: ${known.join(", ")}.`,
      {
        reason: "UNKNOWN_NAME",
      },
    );
  }
  return readShipped(root, name);
}

/** What this server may be asked to train. @throws UNAVAILABLE for data sets that are not configured as they should. */
export const listTrainings: ListTrainings = async () => {
  const root = process.cwd();
  const recipes = await Promise.all((await listShipped(root)).map((name) => readShipped(root, name)));
  return { recipes, datasets: listDatasets(process.env) };
};

async function listShipped(root: string): Promise<string[]> {
  const files = await readdir(join(root, RECIPES));
  return files.flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

async function readShipped(root: string, name: string): Promise<NamedRecipe> {
  const source = await readFile(join(root, RECIPES, `${name}.yaml`));
  const text = source.toString();
  const { model = DEFAULT_MODEL } = parse(text) as { model?: string };
  return { name, digest: digestOf(source), model, text };
}
