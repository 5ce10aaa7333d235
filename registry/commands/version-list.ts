/** Versions by filter and order. */
import { VALIDATION } from "@radlite/registry/bundle";
import type { Registry, State, Version } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { type Page, type PageInput, paginate } from "./page.ts";
import { lookUpRecipes, type RecipeLookup } from "./recipe-values.ts";
import { requireSet } from "./sets.ts";
import { makeMatcher, readsRecipes, type VersionFilter } from "./version-filter.ts";
import { makeOrder, type VersionOrder } from "./version-order.ts";

export interface ListVersionsInput extends PageInput {
  /** Only versions of this model. */
  model?: string;
  filter?: VersionFilter;
  /** Default: newest first. Equals follow each other by model and number. */
  orderBy?: VersionOrder;
  /** The set whose figures filter and order use; default `validation`. */
  metricsOn?: string;
}

/** What the list asks of recipes is read first. @throws as `listVersions`; BAD_INPUT for too many recipes to read. */
export async function findVersions(
  registry: Registry,
  state: State,
  input: ListVersionsInput = {},
): Promise<Page<Version>> {
  return listVersions(state, input, await readNeeded(registry, state, input));
}

/** All that match a filter, by model and number. @throws as `findVersions`. */
export async function findMatching(
  registry: Registry,
  state: State,
  input: Pick<ListVersionsInput, "model" | "filter" | "metricsOn">,
): Promise<readonly Version[]> {
  return matchVersions(state, input, await readNeeded(registry, state, input));
}

/** Undefined where nothing is asked of recipes. */
async function readNeeded(
  registry: Registry,
  state: State,
  input: ListVersionsInput,
): Promise<RecipeLookup | undefined> {
  const { filter = {}, orderBy, metricsOn = VALIDATION } = input;
  const isOrdered = orderBy?.recipePath !== undefined;
  if (!isOrdered && !readsRecipes(filter)) return undefined;
  const matches = makeMatcher(state, filter, metricsOn);
  const needed = listCandidates(state, input).filter((version) => {
    const holds = matches(version);
    return holds === undefined || (isOrdered && holds);
  });
  return lookUpRecipes(
    registry,
    needed.map(({ recipeDigest }) => recipeDigest),
  );
}

/**
 * @param recipes of all versions that the filter and the order need one of.
 * @throws BAD_INPUT for a cursor of another order, a filter or order that is none; NOT_FOUND for what it names.
 */
export function listVersions(
  state: State,
  input: ListVersionsInput = {},
  recipes: RecipeLookup = needRecipes,
): Page<Version> {
  const { orderBy = { field: "CREATED_AT", direction: "DESC" }, metricsOn = VALIDATION } = input;
  const order = makeOrder(orderBy, metricsOn, recipes);
  return paginate(matchVersions(state, input, recipes), input, order);
}

function matchVersions(
  state: State,
  input: ListVersionsInput,
  recipes: RecipeLookup = needRecipes,
): readonly Version[] {
  const { filter = {}, metricsOn = VALIDATION } = input;
  requireSet(state, metricsOn);
  const matches = makeMatcher(state, filter, metricsOn);
  return listCandidates(state, input).filter((version) => matches(version, recipes));
}

/** Before any filter. @throws NOT_FOUND for the model. */
function listCandidates(state: State, { model }: ListVersionsInput): readonly Version[] {
  if (model !== undefined) return requireModel(state, model).versions;
  return [...state.models.values()].flatMap(({ versions }) => versions);
}

const needRecipes: RecipeLookup = () => {
  throw new Error("this filter or order needs recipes: findVersions reads them");
};
