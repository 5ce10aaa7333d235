/** The runs that pairs of recipes stand for, and where each lies. */
import { join } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import type { LoadedRecipe } from "../recipes/index.ts";
import { type Pair, STARTS, type Start } from "../recipes/pairs.ts";

/** One side of a pair. */
export interface ComparedRun {
  pair: string;
  /** What the pair is asked for by on the command line. */
  named: string;
  start: Start;
  recipe: LoadedRecipe;
  /** The digest of the recipe's text, as a version has it. */
  digest: string;
}

export function listRuns(pairs: readonly Pair[]): ComparedRun[] {
  return pairs.flatMap(({ name, named, recipes }) =>
    STARTS.flatMap((start): ComparedRun[] => {
      const recipe = recipes[start];
      return recipe ? [{ pair: name, named, start, recipe, digest: digestOf(recipe.source) }] : [];
    }),
  );
}

export function folderOf(outFolder: string, { pair, start }: Pick<ComparedRun, "pair" | "start">): string {
  return join(outFolder, `${pair}-${start}`);
}
