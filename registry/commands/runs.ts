/**
 * Runs: one execution of a recipe, from RunStarted to RunFinished in the log. What happens in between (epochs,
 * heartbeats, a wish to stop) lies beside the log, in objects of the run; see run-progress.ts.
 */
import { RadliteError } from "@radlite/model/errors";
import { checkRecipe, encodeJson, type RecipeName } from "@radlite/registry/bundle";
import {
  commit,
  type Registry,
  type RegistryEvent,
  type Run,
  type RunOutcome,
  randomId,
  type State,
} from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { requireRun } from "./lookup.ts";
import { makeModelEvents } from "./models.ts";
import { checkName, findRepeated, type Mutation, originOf } from "./mutation.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { COMMAND_ROLES, requireCommandRole, requireRole } from "./roles.ts";
import { cancelKey, readRunStatus } from "./run-progress.ts";

const MAX_MESSAGE_LENGTH = 2_000;

export interface StartRunInput extends Mutation {
  model: string;
  recipe: RecipeName;
  /** The configured name of the data set. */
  dataset: string;
  /** Where it runs, such as `child`. */
  executor: string;
}

/**
 * A model that is not there is created with its first run, by whoever may create models: a training that ends hours
 * later must find it.
 * @returns the run, with an id that sorts by start: `20261124t201530-4f9a1c2b`.
 * @throws REFUSED where the model is not there and the actor may not create it.
 */
export async function startRun(registry: Registry, input: StartRunInput): Promise<Run> {
  requireCommandRole("startRun", input.actor);
  const { model, dataset, executor } = input;
  checkName(model, "model");
  const recipe = checkRecipe(input.recipe);
  const started = new Date(registry.clock()).toISOString();
  const runId = `${started.slice(0, 19).replace(/[-:]/g, "").toLowerCase()}-${randomId(registry.random).slice(0, 8)}`;
  return commit(registry, (state, at) => {
    const repeated = findRepeated(state, input, "RunStarted");
    if (repeated !== undefined) return { events: [], answer: (reached) => requireRun(reached, repeated) };
    return {
      events: [
        ...makeMissingModel(state, input, at),
        {
          ...originOf(input, at),
          kind: "RunStarted",
          eventVersion: 1,
          runId,
          model,
          recipe,
          dataset,
          executor,
        },
      ],
      answer: (reached) => requireRun(reached, runId),
    };
  });
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
  const { runId, outcome, message } = input;
  return commit(registry, (state, at) => {
    const run = requireRun(state, runId);
    if (run.outcome === outcome) return { events: [], answer: (reached) => requireRun(reached, runId) };
    if (run.outcome !== undefined) {
      throw new RadliteError(
        "CONFLICT",
        `run ${runId} has ended as ${run.outcome}, it cannot end as ${outcome}`,
      );
    }
    const version = input.version === undefined ? undefined : numberIn(run.model, input.version);
    return {
      events: [
        {
          ...originOf(input, at),
          kind: "RunFinished",
          eventVersion: 1,
          runId,
          outcome,
          ...(message !== undefined && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
          ...(version !== undefined && { version }),
        },
      ],
      answer: (reached) => requireRun(reached, runId),
    };
  });
}

export interface CancelRunInput extends Mutation {
  runId: string;
  reason?: string;
}

/**
 * Asks a run to stop; it hears that with its next heartbeat and finishes itself. One that is LOST is finished as
 * CANCELLED here, since nobody is left to do it; one that has ended stays as it is.
 */
export async function cancelRun(registry: Registry, input: CancelRunInput): Promise<Run> {
  requireCommandRole("cancelRun", input.actor);
  const { runId, actor, reason = "" } = input;
  const run = requireRun(await registry.refresh(), runId);
  if (run.outcome !== undefined) return run;
  const wish = { formatVersion: 1, at: new Date(registry.clock()).toISOString(), actor, reason };
  await registry.store.create(cancelKey(runId), encodeJson(wish)).catch((error) => {
    if (!isConflict(error)) throw error; // somebody asked already
  });
  if ((await readRunStatus(registry, run)) !== "LOST") return run;
  const message = reason || `cancelled by ${actor.name} after its heartbeat was lost`;
  return finishRun(registry, { ...input, outcome: "CANCELLED", message });
}

function numberIn(model: string, version: string): number {
  const [, named, number] = /^([^@]+)@([1-9][0-9]*)$/.exec(version) ?? [];
  if (named === model && Number.isSafeInteger(Number(number))) return Number(number);
  throw new RadliteError(
    "BAD_INPUT",
    `version ${JSON.stringify(version)} is not one of the run's model ${model}`,
  );
}
