/** Models and runs in pages. */
import { RadliteError } from "@radlite/model/errors";
import type { Model, Registry, Run, State } from "@radlite/registry/log";
import { type Page, type PageInput, paginate } from "./page.ts";
import { type RunStatus, readRunStatus } from "./run-progress.ts";

/** By name. */
export function listModels(state: State, page: PageInput = {}): Page<Model> {
  return paginate([...state.models.values()], page, {
    name: "models by name",
    keyOf: ({ name }) => [name],
    directions: ["ASC"],
  });
}

export interface ListRunsInput extends PageInput {
  /** Left out: runs of all models. */
  model?: string;
  /** Name of the data set. */
  dataset?: string;
  /** Name of the recipe, or its digest. */
  recipe?: string;
}

/** Newest first. */
export function listRuns(state: State, input: ListRunsInput = {}): Page<Run> {
  return pageRuns(matchRuns(state, input), input);
}

const UNENDED_AT_MOST = 500; // each has a heartbeat, to be read from the store

/**
 * Those of one status, newest first. Of runs that have not ended it is read off their heartbeats.
 * @throws BAD_INPUT where that would be too many.
 */
export async function findRuns(
  registry: Registry,
  state: State,
  { status, ...input }: ListRunsInput & { status?: RunStatus },
): Promise<Page<Run>> {
  const runs = matchRuns(state, input);
  if (status === undefined) return pageRuns(runs, input);
  if (status !== "RUNNING" && status !== "LOST") {
    return pageRuns(
      runs.filter(({ outcome }) => outcome === status),
      input,
    );
  }
  const unended = runs.filter(({ outcome }) => outcome === undefined);
  if (unended.length > UNENDED_AT_MOST) {
    throw new RadliteError(
      "BAD_INPUT",
      `${unended.length} runs have not ended, of ${UNENDED_AT_MOST} whose heartbeats one request may read: narrow it by model, data set or recipe, or end those that are lost ("cancelRun")`,
    );
  }
  const statuses = await Promise.all(unended.map((run) => readRunStatus(registry, run)));
  return pageRuns(
    unended.filter((_, at) => statuses[at] === status),
    input,
  );
}

function matchRuns(state: State, { model, dataset, recipe }: ListRunsInput): Run[] {
  return [...state.runs.values()].filter(
    (run) =>
      (model === undefined || run.model === model) &&
      (dataset === undefined || run.dataset === dataset) &&
      (recipe === undefined || run.recipe.name === recipe || run.recipe.digest === recipe),
  );
}

function pageRuns(runs: readonly Run[], page: PageInput): Page<Run> {
  return paginate(runs, page, {
    name: "runs by start",
    keyOf: ({ startedAt, id }) => [startedAt, id],
    directions: ["DESC", "ASC"],
  });
}
