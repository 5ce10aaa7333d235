/**
 * The rate of each side of a pair, chosen on validation with the same effort for both: every rate of its recipe times
 * each of a few factors, for a few epochs, from its first seed. What was tried lies beside the first seed's bundle.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJson, digestOf } from "@radlite/registry/bundle";
import { parseDocument } from "yaml";
import { z } from "zod";
import { countEpochs, type LoadedRecipe, parseRecipe, reseed } from "../recipes/index.ts";
import type { RateSearch } from "../recipes/pairs.ts";
import { type ComparedRun, folderOf, sideOf } from "./runs.ts";

const triedRates = z.object({
  formatVersion: z.literal(1),
  /** Digest of the recipe's text at the rates that were written down. */
  recipe: z.string(),
  /** Of all phases. */
  epochs: z.int(),
  /** The best validation AUC of each factor. */
  tried: z.array(z.object({ factor: z.number(), auc: z.number() })),
});

export type TriedRates = z.output<typeof triedRates>;

export const ratesFile = (outFolder: string, run: ComparedRun): string =>
  join(folderOf(outFolder, { name: sideOf(run) }), "rates.json");

/** What was tried of this very search; nothing where another one, or none that can be read, was begun. */
export async function readTried(
  outFolder: string,
  run: ComparedRun,
  search: RateSearch,
): Promise<TriedRates> {
  const none: TriedRates = {
    formatVersion: 1,
    recipe: digestOf(run.recipe.source),
    epochs: search.epochs,
    tried: [],
  };
  const bytes = await readFile(ratesFile(outFolder, run)).catch(() => undefined);
  const { data: found } = triedRates.safeParse(bytes && decodeJson(bytes));
  return found?.recipe === none.recipe && found.epochs === none.epochs ? found : none;
}

/** The factor that led to the highest AUC, of equal ones the first; undefined before all were tried. */
export function chooseFactor({ factors }: RateSearch, { tried }: TriedRates): number | undefined {
  const found = factors.map((factor) => tried.find((one) => one.factor === factor));
  if (found.some((one) => one === undefined)) return undefined;
  return found.reduce((best, one) => (one!.auc > best!.auc ? one : best))!.factor;
}

/** The recipe with every rate of its fit times a factor, to 3 digits. */
export function changeRates({ source, recipe }: LoadedRecipe, factor: number): LoadedRecipe {
  const document = parseDocument(source);
  const { fit, initial } = recipe;
  document.setIn(["fit", "rate"], scale(fit.rate, factor));
  if (initial?.unfreeze)
    document.setIn(["initial", "unfreeze", "rate"], scale(initial.unfreeze.rate, factor));
  return reparse(document.toString(), recipe);
}

/** The recipe for fewer epochs, each phase with the share that it has of all. */
export function shorten({ source, recipe }: LoadedRecipe, epochs: number): LoadedRecipe {
  const { fit, initial } = recipe;
  const document = parseDocument(source);
  const first = Math.max(1, Math.round((epochs * fit.epochs) / countEpochs(recipe)));
  document.setIn(["fit", "epochs"], initial?.unfreeze ? first : epochs);
  if (initial?.unfreeze) document.setIn(["initial", "unfreeze", "epochs"], Math.max(1, epochs - first));
  return reparse(document.toString(), recipe);
}

/** Of the recipe's text at each rate that a run may come to have. */
export const listDigests = ({ recipe, search }: ComparedRun): string[] =>
  (search ? search.factors.map((factor) => changeRates(recipe, factor)) : [recipe]).map(({ source }) =>
    digestOf(source),
  );

/** `0.001, then 0.0003`. */
export function describeRates({ recipe: { fit, initial } }: LoadedRecipe): string {
  return initial?.unfreeze ? `${fit.rate}, then ${initial.unfreeze.rate}` : String(fit.rate);
}

const scale = (rate: number, factor: number): number => Number((rate * factor).toPrecision(3));

/** The seed is the run's, whatever the text says. */
function reparse(source: string, { name, fit: { seed } }: LoadedRecipe["recipe"]): LoadedRecipe {
  return { recipe: reseed(parseRecipe(source, name), seed), source };
}
