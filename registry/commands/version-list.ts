/** Versions by filter and order. */
import { VALIDATION } from "@radlite/registry/bundle";
import { type Model, type Registry, SEGMENT_LENGTH, type State, type Version } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { type Page, type PageInput, paginate } from "./page.ts";
import { lookUpRecipes, type RecipeLookup } from "./recipe-values.ts";
import { requireSet } from "./sets.ts";
import { splitFilter } from "./version-conditions.ts";
import { makeMatcher, readsRecipes, type VersionFilter } from "./version-filter.ts";
import { makeOrder, orderColumn, type VersionOrder } from "./version-order.ts";
import { listWanted, pageByColumn, selectPart, type WantedList } from "./version-pages.ts";

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
  const wanted = selectVersions(state, input, recipes);
  const { field, direction } = orderBy;
  if (field === undefined) return paginate(wanted.flatMap(listWanted), input, order);
  return pageByColumn(wanted, input, order, { column: orderColumn(field, metricsOn), direction });
}

function matchVersions(
  state: State,
  input: ListVersionsInput,
  recipes: RecipeLookup = needRecipes,
): readonly Version[] {
  return selectVersions(state, input, recipes).flatMap(listWanted);
}

/** What the filter leaves, by model. */
function selectVersions(state: State, input: ListVersionsInput, recipes: RecipeLookup): WantedList[] {
  const { filter = {}, metricsOn = VALIDATION } = input;
  requireSet(state, metricsOn);
  const matches = makeMatcher(state, filter, metricsOn);
  const { conditions, isAll } = splitFilter(filter, metricsOn);
  const models = listModels(state, input);
  if (isAll && conditions.length === 0)
    return models.map(({ name, versions }) => ({ model: name, versions }));
  const isWanted = isAll ? undefined : (version: Version) => matches(version, recipes) === true;
  return models.map(({ name: model, versions }) => ({
    ...{ model, versions },
    parts: versions.segments.map((segment, at) =>
      selectPart({ model, segment, before: at * SEGMENT_LENGTH }, conditions, isWanted),
    ),
  }));
}

/** Before any filter, by name. @throws NOT_FOUND for the model. */
function listModels(state: State, { model }: ListVersionsInput): readonly Model[] {
  if (model !== undefined) return [requireModel(state, model)];
  return [...state.models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listCandidates(state: State, input: ListVersionsInput): readonly Version[] {
  return listModels(state, input).flatMap(({ versions }) => [...versions]);
}

const needRecipes: RecipeLookup = () => {
  throw new Error("this filter or order needs recipes: findVersions reads them");
};
