/**
 * Runs: one execution of a recipe, from RunStarted to RunFinished in the log. What happens in between (epochs,
 * heartbeats, a wish to stop) lies beside the log, in objects of the run; see run-progress.ts.
 */
import { RadliteError } from "@radlite/model/errors";
import { checkRecipe, encodeJson, type RecipeName } from "@radlite/registry/bundle";
import {
  type Registry,
  type RegistryEvent,
  type Run,
  type RunOutcome,
  type RunStarted,
  randomId,
  type State,
} from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { requireRun } from "./lookup.ts";
import { makeModelEvents } from "./models.ts";
import { done, mutate, type SettledOutcome, subjectOf } from "./mutate.ts";
import { checkName, type Mutation, originOf } from "./mutation.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { storeRecipe, toRecipeObject } from "./recipes.ts";
import { COMMAND_ROLES, requireCommandRole, requireRole } from "./roles.ts";
import { cancelKey, readRunStatus } from "./run-progress.ts";
import { confirmStored } from "./stored-objects.ts";

const MAX_MESSAGE_LENGTH = 2_000;

export interface StartRunInput extends Mutation {
  model: string;
  recipe: RecipeName;
  /** In place of the recipe's own. */
  seed?: number;
  /** The configured name of the data set. */
  dataset: string;
  /** Where it runs, such as `child`. */
  executor: string;
}

export interface StartRunOptions {
  /** Throws when no further run may begin; it is asked, perhaps again, only when one would. */
  admit?: () => void;
  /** The recipe as it was written, to be read while the run goes on; its version brings it too. */
  recipeText?: string;
}

/**
 * A model that is not there is created with its first run, by whoever may create models: a training that ends hours
 * later must find it.
 * @returns the run, with an id that sorts by start: `20261124t201530-4f9a1c2b`.
 * @throws REFUSED where the model is not there and the actor may not create it; BAD_INPUT for a text that is not the
 *   recipe's.
 */
export async function startRun(
  registry: Registry,
  input: StartRunInput,
  { admit, recipeText }: StartRunOptions = {},
): Promise<Run> {
  requireCommandRole("startRun", input.actor);
  const { model, seed, dataset, executor } = input;
  checkName(model, "model");
  if (seed !== undefined) checkSeed(seed);
  const recipe = checkRecipe(input.recipe);
  const texts = recipeText === undefined ? [] : [toRecipeObject(recipeText, recipe)];
  const started = new Date(registry.clock()).toISOString();
  const runId = `${started.slice(0, 19).replace(/[-:]/g, "").toLowerCase()}-${randomId(registry.random).slice(0, 8)}`;
  return mutate(registry, {
    command: "startRun",
    input: { ...input },
    async prepare() {
      for (const object of texts) await storeRecipe(registry.store, object);
    },
    decide(state, at) {
      admit?.();
      const started: RunStarted = {
        ...originOf(input, at),
        ...{ kind: "RunStarted", eventVersion: 2, runId, model, recipe },
        ...(seed !== undefined && { seed }),
        ...{ dataset, executor },
      };
      return { events: [...makeMissingModel(state, input, at), started], outcome: done(runId) };
    },
    confirm: () => confirmStored(registry.store, texts),
    answer: answerRun,
  });
}

/** As a recipe may have one. @throws BAD_INPUT. */
export function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31) return;
  throw new RadliteError("BAD_INPUT", `seed is ${seed}, expected a whole number from 0 to 2^31 - 1`);
}

function makeMissingModel(state: State, { model, actor }: StartRunInput, at: string): RegistryEvent[] {
  if (state.models.has(model)) return [];
  requireRole(actor, COMMAND_ROLES.createModel, `Model ${model} is not there yet, and creating it`);
  return makeModelEvents({ at, actor }, { name: model, description: "", policy: DEFAULT_POLICY });
}

export interface FinishRunInput extends Mutation {
  runId: string;
  outcome: RunOutcome;
  message?: string;
  /** Id of the version that the run registered. */
  version?: string;
}

/**
 * Once a run has an outcome it keeps it; the same one again changes nothing.
 * @throws NOT_FOUND for the run; CONFLICT when it ended otherwise; BAD_INPUT for a version of another model.
 */
export async function finishRun(registry: Registry, input: FinishRunInput): Promise<Run> {
  requireCommandRole("finishRun", input.actor);
  return mutate(registry, {
    command: "finishRun",
    input: { ...input },
    decide: (state, at) => ({ events: endRun(state, input, at), outcome: done(input.runId) }),
    answer: answerRun,
  });
}

function endRun(state: State, input: FinishRunInput, at: string): RegistryEvent[] {
  const { runId, outcome, message } = input;
  const run = requireRun(state, runId);
  if (run.outcome === outcome) return [];
  if (run.outcome !== undefined) {
    throw new RadliteError(
      "CONFLICT",
      `run ${runId} has ended as ${run.outcome}, it cannot end as ${outcome}`,
    );
  }
  const version = input.version === undefined ? undefined : numberIn(run.model, input.version);
  return [
    {
      ...originOf(input, at),
      kind: "RunFinished",
      eventVersion: 1,
      runId,
      outcome,
      ...(message !== undefined && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
      ...(version !== undefined && { version }),
    },
  ];
}

export interface CancelRunInput extends Mutation {
  runId: string;
  reason?: string;
}

/**
 * Asks a run to stop; it learns that with its next heartbeat and finishes itself. One that is LOST is finished as
 * CANCELLED here, since nobody is left to do it; one that has ended stays as it is.
 */
export async function cancelRun(registry: Registry, input: CancelRunInput): Promise<Run> {
  requireCommandRole("cancelRun", input.actor);
  const { runId, actor, reason = "" } = input;
  const message = reason || `cancelled by ${actor.name} after its heartbeat was lost`;
  const run = await mutate(registry, {
    command: "cancelRun",
    input: { ...input, reason },
    prepare: async (state) => (await readRunStatus(registry, requireRun(state, runId))) === "LOST",
    decide(state, at, isLost) {
      const isGoing = requireRun(state, runId).outcome === undefined;
      const events = isLost && isGoing ? endRun(state, { ...input, outcome: "CANCELLED", message }, at) : [];
      return { events, outcome: done(runId) };
    },
    answer: answerRun,
  });
  if (run.outcome === undefined) await wishToStop(registry, { runId, actor, reason });
  return run;
}

/** Once; what asked for it again is already served. */
async function wishToStop(
  { store, clock }: Registry,
  { runId, actor, reason }: Required<Pick<CancelRunInput, "runId" | "actor" | "reason">>,
): Promise<void> {
  const wish = { formatVersion: 1, at: new Date(clock()).toISOString(), actor, reason };
  await store.create(cancelKey(runId), encodeJson(wish)).catch((error) => {
    if (!isConflict(error)) throw error;
  });
}

const answerRun = (state: State, outcome: SettledOutcome): Run => requireRun(state, subjectOf(outcome));

function numberIn(model: string, version: string): number {
  const [, named, number] = /^([^@]+)@([1-9][0-9]*)$/.exec(version) ?? [];
  if (named === model && Number.isSafeInteger(Number(number))) return Number(number);
  throw new RadliteError(
    "BAD_INPUT",
    `version ${JSON.stringify(version)} is not one of the run's model ${model}`,
  );
}
