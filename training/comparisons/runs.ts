/** The runs that pairs of recipes stand for, and where each lies. */
import { join } from "node:path";
import { type LoadedRecipe, reseed } from "../recipes/index.ts";
import { type Pair, type RateSearch, STARTS, type Start } from "../recipes/pairs.ts";

/** One side of a pair, from one seed. */
export interface ComparedRun {
  pair: string;
  /** What the pair is asked for by on the command line. */
  named: string;
  start: Start;
  /** Of its folder; from the second seed on it ends with that. */
  name: string;
  /** At the rates that were written down. */
  recipe: LoadedRecipe;
  /** Absent: at these rates. */
  search?: RateSearch;
}

/** Seeds of a side follow one another. */
export function listRuns(pairs: readonly Pair[]): ComparedRun[] {
  return pairs.flatMap(({ name: pair, named, recipes, seeds, search }) =>
    STARTS.flatMap((start): ComparedRun[] => {
      const side = recipes[start];
      if (!side) return [];
      return (seeds ?? [side.recipe.fit.seed]).map((seed, at) => ({
        ...{ pair, named, start, ...(search && { search }) },
        name: `${sideOf({ pair, start })}${at === 0 ? "" : `-seed-${seed}`}`,
        recipe: { recipe: reseed(side.recipe, seed), source: side.source },
      }));
    }),
  );
}

/** What the seeds of a side have in common. */
export const sideOf = ({ pair, start }: Pick<ComparedRun, "pair" | "start">): string => `${pair}-${start}`;

export const folderOf = (outFolder: string, { name }: Pick<ComparedRun, "name">): string =>
  join(outFolder, name);
