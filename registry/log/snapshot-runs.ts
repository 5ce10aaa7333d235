/** Runs and registered recipes as rows of a snapshot, and back; see snapshot-codec.ts. */
import type { RunOutcome } from "./events.ts";
import { fromMilliseconds, type TableReader, type TableWriter, toMilliseconds } from "./snapshot-tables.ts";
import type { HeldRecipe, Run } from "./state.ts";

export type RunRow = [
  id: number,
  model: number,
  recipe: number,
  recipeDigest: number,
  dataset: number,
  executor: number,
  startedAt: number,
  startedBy: number,
  outcome: number,
  finishedAt: number,
  message: number,
  version: number,
  logNumber: number,
  /** Left out where the run has the recipe's own, as all had before there was a place for it. */
  ...seed: [number] | [],
];

export type RecipeRow = [
  name: number,
  digest: number,
  model: number,
  registeredAt: number,
  registeredBy: number,
  logNumber: number,
];

export function encodeRecipe(recipe: HeldRecipe, tables: TableWriter): RecipeRow {
  return [
    tables.string(recipe.name),
    tables.digest(recipe.digest),
    tables.string(recipe.model),
    toMilliseconds(recipe.registeredAt),
    tables.string(recipe.registeredBy),
    recipe.logNumber,
  ];
}

export function decodeRecipe(row: RecipeRow, tables: TableReader): HeldRecipe {
  const [name, digest, model, registeredAt, registeredBy, logNumber] = row;
  return {
    name: tables.text(name),
    digest: tables.hash(digest),
    model: tables.text(model),
    registeredAt: fromMilliseconds(registeredAt),
    registeredBy: tables.text(registeredBy),
    logNumber,
  };
}

export function encodeRun(run: Run, tables: TableWriter): RunRow {
  return [
    tables.string(run.id),
    tables.string(run.model),
    tables.string(run.recipe.name),
    tables.digest(run.recipe.digest),
    tables.string(run.dataset),
    tables.string(run.executor),
    toMilliseconds(run.startedAt),
    tables.string(run.startedBy),
    tables.string(run.outcome),
    run.finishedAt === undefined ? 0 : toMilliseconds(run.finishedAt),
    tables.string(run.message),
    tables.string(run.version),
    run.logNumber,
    ...((run.seed === undefined ? [] : [run.seed]) as [number] | []),
  ];
}

export function decodeRun(row: RunRow, tables: TableReader): Run {
  const [id, model, recipe, recipeDigest, dataset, executor, startedAt, startedBy, ...ending] = row;
  const [outcome, finishedAt, message, version, logNumber, seed] = ending;
  return {
    id: tables.text(id),
    model: tables.text(model),
    recipe: { name: tables.text(recipe), digest: tables.hash(recipeDigest) },
    ...(seed !== undefined && { seed }),
    dataset: tables.text(dataset),
    executor: tables.text(executor),
    startedAt: fromMilliseconds(startedAt),
    startedBy: tables.text(startedBy),
    ...(outcome !== 0 && { outcome: tables.text(outcome) as RunOutcome }),
    ...(finishedAt !== 0 && { finishedAt: fromMilliseconds(finishedAt) }),
    ...(message !== 0 && { message: tables.text(message) }),
    ...(version !== 0 && { version: tables.text(version) }),
    logNumber,
  };
}
