/** Runs as rows of a snapshot, and back; see snapshot-codec.ts. */
import type { RunOutcome } from "./events.ts";
import { fromMilliseconds, type TableReader, type TableWriter, toMilliseconds } from "./snapshot-tables.ts";
import type { Run } from "./state.ts";

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
];

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
  ];
}

export function decodeRun(row: RunRow, tables: TableReader): Run {
  const [id, model, recipe, recipeDigest, dataset, executor, startedAt, startedBy, ...ending] = row;
  const [outcome, finishedAt, message, version, logNumber] = ending;
  return {
    id: tables.text(id),
    model: tables.text(model),
    recipe: { name: tables.text(recipe), digest: tables.hash(recipeDigest) },
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
