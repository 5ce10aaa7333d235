/**
 * Filters of versions. All conditions of one hold at once; `and`, `or` and `not` put filters together. Figures are point
 * estimates on one set. What a recipe says lies outside the state: without it a filter answers true or false where the
 * rest decides, and undefined where it does not, so that recipes are read only for versions which they decide about.
 */
import { RadliteError } from "@radlite/model/errors";
import type { JsonValue } from "@radlite/registry/bundle";
import type { State, Version } from "@radlite/registry/log";
import { listAliases } from "./aliases.ts";
import {
  type ListFilter,
  matchList,
  matchNumber,
  matchText,
  type NumberFilter,
  type TextFilter,
} from "./conditions.ts";
import { descendantsOf, teachersOf } from "./lineage.ts";
import { requireVersion } from "./lookup.ts";
import { parsePath, type RecipeLookup, readField } from "./recipe-values.ts";
import { requireSet } from "./sets.ts";
import { parseTime } from "./times.ts";
import { figureOf, VERSION_FIGURES, type VersionFigure } from "./version-figures.ts";

export interface VersionFilter extends Partial<Record<VersionFigure, NumberFilter>> {
  and?: readonly VersionFilter[];
  or?: readonly VersionFilter[];
  not?: VersionFilter;
  model?: TextFilter;
  number?: NumberFilter;
  sizeBytes?: NumberFilter;
  parameters?: NumberFilter;
  macs?: NumberFilter;
  recipe?: TextFilter;
  recipeDigest?: TextFilter;
  recipeFields?: readonly RecipeFieldFilter[];
  /** The family that the recipe names. */
  architecture?: TextFilter;
  seed?: NumberFilter;
  /** Names of compression stages. */
  stages?: ListFilter;
  tags?: readonly TagFilter[];
  /** Of an alias that names the version now. */
  alias?: TextFilter;
  runId?: TextFilter;
  /** Of its run's data set, or the digest of its training images. */
  trainedOn?: TextFilter;
  /** Names of evaluation sets. */
  evaluatedOn?: ListFilter;
  /** Ids of versions. */
  teacher?: string;
  ancestor?: string;
  /** ISO times. */
  createdAt?: { gte?: string; lte?: string };
  /** Left out: both. */
  archived?: boolean;
}

export interface TagFilter {
  key: string;
  value?: TextFilter;
}

export interface RecipeFieldFilter {
  path: string;
  eq?: string;
  in?: readonly string[];
  gte?: number;
  lte?: number;
}

export const FILTER_LIMITS = { depth: 4, conditions: 64, values: 1_000 } as const;

const ANCESTOR_CONDITIONS = 16;

/** Undefined: the version's recipe decides, and was not given. */
export type Matcher = (version: Version, recipes?: RecipeLookup) => boolean | undefined;

/**
 * @param set whose figures are meant.
 * @throws BAD_INPUT for a filter that is too deep or long, a time or path that is none, a set that nobody knows;
 * NOT_FOUND for a version that is named.
 */
export function makeMatcher(state: State, filter: VersionFilter, set: string): Matcher {
  const count = countConditions(filter);
  if (count > FILTER_LIMITS.conditions) {
    throw new RadliteError(
      "BAD_INPUT",
      `the filter has ${count} conditions, of ${FILTER_LIMITS.conditions} allowed: ask in parts, or with "in"`,
    );
  }
  const values = countValues(filter);
  if (values > FILTER_LIMITS.values) {
    throw new RadliteError(
      "BAD_INPUT",
      `the lists of the filter hold ${values} values, of ${FILTER_LIMITS.values} allowed: ask in parts`,
    );
  }
  return compile(state, filter, set);
}

/** In lists of what something may be, all together. */
function countValues(filter: unknown): number {
  if (typeof filter !== "object" || filter === null) return 0;
  const own = Array.isArray(filter) ? filter.filter((one) => typeof one !== "object").length : 0;
  return Object.values(filter).reduce((sum: number, part) => sum + countValues(part), own);
}

/** Whether it can depend on what recipes say. */
export function readsRecipes({ and = [], or = [], not, architecture, recipeFields }: VersionFilter): boolean {
  const parts = [...and, ...or, ...(not ? [not] : [])];
  return architecture !== undefined || recipeFields !== undefined || parts.some(readsRecipes);
}

/**
 * How much there is to look at a version for. Whose descendants it is counts for several: they are all looked up.
 * @throws BAD_INPUT for a filter that is too deep.
 */
export function countConditions({ and = [], or = [], not, ...own }: VersionFilter, depth = 0): number {
  if (depth > FILTER_LIMITS.depth) {
    throw new RadliteError(
      "BAD_INPUT",
      `the filter has more than ${FILTER_LIMITS.depth} levels of and, or and not: say it in fewer`,
    );
  }
  const { tags = [], recipeFields = [], ...single } = own;
  const parts = [...and, ...or, ...(not ? [not] : [])].map((part) => 1 + countConditions(part, depth + 1));
  const lookUps = own.ancestor === undefined ? 0 : ANCESTOR_CONDITIONS - 1;
  const count = tags.length + recipeFields.length + Object.keys(single).length + lookUps;
  return parts.reduce((sum, part) => sum + part, count);
}

function compile(state: State, filter: VersionFilter, set: string): Matcher {
  const { and, or, not } = filter;
  const part = (one: VersionFilter) => compile(state, one, set);
  return allOf([
    ...listConditions(state, filter, set),
    ...(and ?? []).map(part),
    ...(or ? [anyOf(or.map(part))] : []),
    ...(not ? [negate(part(not))] : []),
    ...listRecipeConditions(filter), // last: the others may decide without them
  ]);
}

function listConditions(state: State, filter: VersionFilter, set: string): Matcher[] {
  const conditions: Matcher[] = [];
  const add = <T>(given: T | undefined, make: (given: T) => Matcher) => {
    if (given !== undefined) conditions.push(make(given));
  };
  const text = (given: TextFilter | undefined, read: (version: Version) => string | undefined) =>
    add(given, (one) => {
      const matches = matchText(one);
      return (version) => matches(read(version));
    });
  const number = (given: NumberFilter | undefined, read: (version: Version) => number | undefined) =>
    add(given, (one) => {
      const matches = matchNumber(one);
      return (version) => matches(read(version));
    });
  text(filter.model, ({ model }) => model);
  number(filter.number, (version) => version.number);
  number(filter.sizeBytes, ({ sizeBytes }) => sizeBytes);
  number(filter.parameters, ({ parameters }) => parameters);
  number(filter.macs, ({ macs }) => macs);
  number(filter.seed, ({ seed }) => seed);
  text(filter.recipe, ({ recipe }) => recipe);
  text(filter.recipeDigest, ({ recipeDigest }) => recipeDigest);
  text(filter.runId, ({ runId }) => runId);
  number(readTimes(filter.createdAt), ({ createdAt }) => Date.parse(createdAt));
  add(filter.archived, (archived) => (version) => archived === (version.archivedAt !== undefined));
  for (const figure of VERSION_FIGURES) number(filter[figure], (version) => figureOf(version, set, figure));
  add(filter.stages, (stages) => {
    const matches = matchList(stages);
    return ({ stageNames }) => matches(stageNames);
  });
  add(filter.evaluatedOn, (sets) => {
    const { has, hasAny = [], hasAll = [], hasNone = [] } = sets;
    for (const name of [...(has === undefined ? [] : [has]), ...hasAny, ...hasAll, ...hasNone])
      requireSet(state, name);
    const matches = matchList(sets);
    return ({ evaluations }) => matches([...evaluations.keys()]);
  });
  for (const tag of filter.tags ?? []) conditions.push(matchTag(tag));
  add(filter.trainedOn, (trainedOn) => {
    const matches = matchText(trainedOn);
    return ({ runId, trainingImages }) =>
      matches(trainingImages) || (runId !== undefined && matches(state.runs.get(runId)?.dataset));
  });
  add(filter.alias, (alias) => matchAlias(state, alias));
  add(filter.teacher, (id) => {
    const { artifact } = requireVersion(state, id);
    return (version) => teachersOf(version).includes(artifact);
  });
  add(filter.ancestor, (id) => {
    const descendants = descendantsOf(state, requireVersion(state, id));
    return (version) => descendants.has(version);
  });
  return conditions;
}

/** Milliseconds since 1970. @throws BAD_INPUT for a time that is none. */
export function readTimes(createdAt: VersionFilter["createdAt"]): NumberFilter | undefined {
  if (!createdAt) return undefined;
  const { gte, lte } = createdAt;
  return {
    ...(gte !== undefined && { gte: parseTime(gte, "createdAt") }),
    ...(lte !== undefined && { lte: parseTime(lte, "createdAt") }),
  };
}

function matchTag({ key, value }: TagFilter): Matcher {
  const matches = value && matchText(value);
  return ({ tags }) => Object.hasOwn(tags, key) && (matches === undefined || matches(tags[key]));
}

function matchAlias(state: State, alias: TextFilter): Matcher {
  const matches = matchText(alias);
  const borne = [...state.models.keys()].flatMap((model) => listAliases(state, model));
  const versions = new Set(borne.filter(({ name }) => matches(name)).map(({ version }) => version));
  return (version) => versions.has(version);
}

function listRecipeConditions({ architecture, recipeFields = [] }: VersionFilter): Matcher[] {
  const family = architecture && matchText(architecture);
  const conditions = recipeFields.map(({ path, ...condition }) => ({
    path: parsePath(path),
    matches: matchField(condition),
  }));
  if (family) {
    const matches = (value: JsonValue | undefined) => typeof value === "string" && family(value);
    conditions.unshift({ path: ["architecture", "family"], matches });
  }
  return conditions.map(({ path, matches }): Matcher => {
    return ({ recipeDigest }, recipes) => recipes && matches(readField(recipes(recipeDigest), path));
  });
}

/** What a recipe does not say matches nothing. */
function matchField({ eq, in: among, gte, lte }: Omit<RecipeFieldFilter, "path">) {
  const [equal, oneOf] = [eq === undefined ? undefined : matchAny([eq]), among && matchAny(among)];
  return (value: JsonValue | undefined): boolean =>
    value !== undefined &&
    (equal === undefined || equal(value)) &&
    (oneOf === undefined || oneOf(value)) &&
    (gte === undefined || (typeof value === "number" && value >= gte)) &&
    (lte === undefined || (typeof value === "number" && value <= lte));
}

/** A number is equal to its value however that is written, anything else to its text. */
function matchAny(given: readonly string[]): (value: JsonValue) => boolean {
  const texts = new Set(given);
  const numbers = new Set(given.filter((text) => text.trim() !== "").map(Number));
  return (value) => (typeof value === "number" ? numbers.has(value) : texts.has(String(value)));
}

function allOf(parts: readonly Matcher[]): Matcher {
  return (version, recipes) => {
    let isSure = true;
    for (const part of parts) {
      const holds = part(version, recipes);
      if (holds === false) return false;
      if (holds === undefined) isSure = false;
    }
    return isSure || undefined;
  };
}

function anyOf(parts: readonly Matcher[]): Matcher {
  const none = allOf(parts.map(negate));
  return negate(none);
}

function negate(part: Matcher): Matcher {
  return (version, recipes) => {
    const holds = part(version, recipes);
    return holds === undefined ? undefined : !holds;
  };
}
