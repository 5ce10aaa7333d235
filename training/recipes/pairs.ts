/**
 * Pairs of recipes that differ in where they start: one from pretrained weights, one from scratch, with the same
 * budget of epochs, the same seed, images and augmentation. A file of pairs says what is common to all, to a pair
 * and to a side of it, in the words of recipes; what comes later goes first. A bare name is a family, whose pair at
 * its published size is shipped.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { readPlainFile } from "@radlite/registry/bundle";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { findRepositoryRoot } from "./location.ts";
import { parseRecipe } from "./parse.ts";
import type { Recipe } from "./recipe.ts";
import { number, section, whole } from "./rules.ts";
import type { LoadedRecipe } from "./shelf.ts";

export const STARTS = ["transfer", "scratch"] as const;

export type Start = (typeof STARTS)[number];

export interface Pair {
  name: string;
  /** What it was asked for by: a file, or its family. */
  named: string;
  /** One of them may be missing: there are no weights for a narrow network. */
  recipes: Partial<Record<Start, LoadedRecipe>>;
  /** Each side is trained once with each, in place of the recipe's own. */
  seeds?: readonly number[];
  /** Absent: rates are what the recipes say. */
  search?: RateSearch;
}

/** Rates are tried for both sides alike: each of their recipe's, times a factor, for a few epochs. */
export interface RateSearch {
  factors: readonly number[];
  /** Of all phases. */
  epochs: number;
}

const SHIPPED = "training/recipes/pairs/published.yaml";

const NAME_TEXT = "lower-case letters, digits and hyphens";

/** With how little each rate is tried. */
const search = section({
  factors: z.array(number(0.01, 100, "times the rate")).min(2, "two factors and more"),
  epochs: whole(1, 100, "epochs"),
});

const seeds = z.array(whole(0, 2 ** 31 - 1, "")).min(1, "a list of seeds");

const keys = z.record(z.string(), z.unknown(), "a map of a recipe's keys");

const pairsFile = section({
  common: keys.default({}),
  search: search.optional(),
  pairs: z
    .array(
      section({
        name: z.string(NAME_TEXT).regex(/^[a-z0-9][a-z0-9-]{0,47}$/, NAME_TEXT),
        both: keys.default({}),
        seeds: seeds.optional(),
        transfer: keys.optional(),
        scratch: keys.optional(),
      }),
      "a list of pairs",
    )
    .min(1, "a list of pairs"),
});

/**
 * `named`: families, and paths of YAML files; none: all families. Errors: NOT_FOUND (no such file or family),
 * BAD_INPUT (not valid, two pairs of a name, sides of unequal budget).
 */
export async function loadPairs(named: readonly string[]): Promise<Pair[]> {
  const shipped = await readPairs(join(findRepositoryRoot(), SHIPPED), SHIPPED);
  const families = shipped.map((pair) => ({ ...pair, named: pair.name }));
  const groups = named.map(async (one) => {
    if (/[\\/]|\.ya?ml$/i.test(one)) return readPairs(one, one);
    const pair = families.find(({ name }) => name === one);
    if (pair) return [pair];
    const known = families.map(({ name }) => name).join(", ");
    throw new RadliteError(
      "NOT_FOUND",
      `There is no family ${one}. Known: ${known}. For pairs of your own give the path of a YAML file.`,
    );
  });
  const pairs = named.length > 0 ? (await Promise.all(groups)).flat() : families;
  const repeated = pairs.find(({ name }, at) => pairs.findIndex((other) => other.name === name) < at);
  if (!repeated) return pairs;
  throw new RadliteError("BAD_INPUT", `Two pairs have the name ${repeated.name}; expected one each.`);
}

/** Epochs of all phases. */
export function countEpochs({ fit, initial }: Pick<Recipe, "fit" | "initial">): number {
  return fit.epochs + (initial?.unfreeze?.epochs ?? 0);
}

async function readPairs(path: string, file: string): Promise<Pair[]> {
  const text = await readPlainFile(path).catch((cause: Error) => {
    throw new RadliteError("NOT_FOUND", `Pairs ${file} cannot be read: ${describeFileProblem(cause)}.`, {
      cause,
    });
  });
  const { common, pairs, search } = check(text.toString(), file);
  return pairs.map(({ name, both, seeds, ...sides }) => {
    const recipes: Pair["recipes"] = {};
    for (const start of STARTS) {
      const own = sides[start];
      if (own) recipes[start] = composeRecipe(`${name}-${start}`, file, [common, both, own]);
    }
    requireEqualBudget(name, recipes);
    return { name, named: file, recipes, ...(seeds && { seeds }), ...(search && { search }) };
  });
}

function check(text: string, file: string): z.output<typeof pairsFile> {
  let given: unknown;
  try {
    given = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new RadliteError("BAD_INPUT", `Pairs ${file} are not valid: ${(cause as Error).message}`, {
      cause,
    });
  }
  const { success, data, error } = pairsFile.safeParse(given);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  throw new RadliteError("BAD_INPUT", `Pairs ${file}: ${path.join(".") || "the file"}: expected ${message}.`);
}

type Keys = Record<string, unknown>;

/** The recipe of merged keys, and its text, which can be trained alone. */
function composeRecipe(name: string, file: string, layers: readonly Keys[]): LoadedRecipe {
  const source = stringify(layers.reduce(mergeKeys, { name }));
  return { recipe: parseRecipe(source, `${file}, ${name}`), source };
}

/** Maps are merged, all else is replaced. */
function mergeKeys(under: Keys, over: Keys): Keys {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeKeys(below, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is Keys {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What both sides must have alike for their figures to say what the start does. */
function requireEqualBudget(name: string, { transfer, scratch }: Pair["recipes"]): void {
  if (!transfer && !scratch) {
    throw new RadliteError("BAD_INPUT", `Pair ${name} has neither a transfer nor a scratch side.`);
  }
  if (!transfer || !scratch) return;
  const describe = ({ recipe }: LoadedRecipe): Record<string, unknown> => {
    const { input, fit } = recipe;
    return {
      "the epochs of all phases": countEpochs(recipe),
      "fit.batch": fit.batch,
      "fit.seed": fit.seed,
      "input.size": input.size,
      "input.channels": input.channels,
      "input.trim": input.trim,
      architecture: recipe.architecture,
      validation: recipe.validation,
      augment: recipe.augment,
      threshold: recipe.threshold,
      review: recipe.review,
      calibration: recipe.calibration,
      stages: recipe.stages,
    };
  };
  const [one, other] = [describe(transfer), describe(scratch)];
  const unequal = Object.keys(one).find((key) => !isDeepStrictEqual(one[key], other[key]));
  if (unequal === undefined) return;
  throw new RadliteError(
    "BAD_INPUT",
    `Pair ${name}: ${unequal} must be the same on both sides; transfer has ${JSON.stringify(one[unequal])}, scratch ${JSON.stringify(other[unequal])}.`,
  );
}
