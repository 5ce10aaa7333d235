/**
 * Recipes by name or by path. A bare name is a recipe shipped with the product; anything with a slash or a
 * .yaml ending is a file of the user's. The name inside a shipped recipe is its file name.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { readPlainFile } from "@radlite/registry/bundle";
import { findRepositoryRoot } from "./location.ts";
import { parseRecipe } from "./parse.ts";
import type { Recipe } from "./recipe.ts";

const SHIPPED = "training/recipes/shipped";

/** A recipe and the text it was read from, which a bundle keeps. */
export interface LoadedRecipe {
  recipe: Recipe;
  source: string;
}

/** The shipped recipes, by name. */
export async function listRecipes(): Promise<Recipe[]> {
  const names = await listNames();
  const loaded = await Promise.all(names.map((name) => loadRecipe(name)));
  return loaded.map(({ recipe }) => recipe);
}

/** Errors: NOT_FOUND (no such recipe or file), BAD_INPUT (not valid). */
export async function loadRecipe(nameOrPath: string): Promise<LoadedRecipe> {
  const isPath = /[\\/]|\.ya?ml$/i.test(nameOrPath);
  const path = isPath ? nameOrPath : join(findRepositoryRoot(), SHIPPED, `${nameOrPath}.yaml`);
  const source = await readText(path, nameOrPath, isPath);
  const recipe = parseRecipe(source, isPath ? nameOrPath : `${nameOrPath}.yaml`);
  return { recipe, source };
}

async function readText(path: string, asked: string, isPath: boolean): Promise<string> {
  try {
    return (await readPlainFile(path)).toString();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new RadliteError("BAD_INPUT", `Recipe ${asked} cannot be read: ${describeFileProblem(cause)}.`, {
        cause,
      });
    }
    const shipped = (await listNames()).join(", ");
    throw new RadliteError(
      "NOT_FOUND",
      isPath
        ? `There is no recipe file ${asked}. Give the path of a YAML file or a shipped name: ${shipped}.`
        : `There is no recipe named ${asked}. Shipped: ${shipped}. For a file of your own give its path, ending in .yaml.`,
    );
  }
}

async function listNames(): Promise<string[]> {
  const files = await readdir(join(findRepositoryRoot(), SHIPPED));
  return files
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}
