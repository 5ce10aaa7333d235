/** Models and runs in pages. */
import type { Model, Run, State } from "@radlite/registry/log";
import { type Page, type PageInput, paginate } from "./page.ts";

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
}

/** Newest first. */
export function listRuns(state: State, { model, ...page }: ListRunsInput = {}): Page<Run> {
  const runs = [...state.runs.values()].filter((run) => model === undefined || run.model === model);
  return paginate(runs, page, {
    name: "runs by start",
    keyOf: ({ startedAt, id }) => [startedAt, id],
    directions: ["DESC", "ASC"],
  });
}
