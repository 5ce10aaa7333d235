/**
 * Trainings as jobs of AWS Batch: a run is recorded, then a job is submitted whose container trains it and registers
 * its own result in the same registry, as a child process would (docs/gpu.md). Several seeds of one recipe, or the
 * runs of a sweep, are one array job; each of its children takes the run of its index. The store must be one that the
 * container reaches too.
 */
import type { SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { RadliteError } from "@radlite/model/errors";
import {
  type BatchSettings,
  claimRun,
  type Environment,
  findDataset,
  finishRun,
  readBatchSettings,
  type StartTraining,
  startRun,
  type TrainingRequest,
  type TrainingWork,
  writeJobArguments,
} from "@radlite/registry/commands";
import type { Registry, Run } from "@radlite/registry/log";
import { findRecipe, type NamedRecipe } from "./recipes.ts";

export interface BatchOptions {
  registry: Registry;
  /** The shipped recipes lie below. */
  root?: string;
  environment?: Environment;
}

/** Trainings of an array job: what fits the limits of a command. */
const MAX_TRAININGS = 100;

/** In the container; a volume there lets a run that is tried again go on. */
const OUT = "/var/radlite/runs";

/** Submits a job for each training. */
export function trainOnBatch(options: BatchOptions): StartTraining {
  return async (request) => {
    const { seed } = request;
    const recipe = await findIn(options, request.recipe);
    const own = seed === undefined ? {} : { seed };
    const work = { recipe: request.recipe, ...(seed !== undefined && { seeds: [seed] }) };
    return (await startOnBatch(options, request, { work, trainings: [{ recipe, ...own }] }))[0]!;
  };
}

/** Submits one array job for the recipe drawn from each of the seeds; answers with their runs, in that order. */
export function seedsOnBatch(options: BatchOptions) {
  return async (request: TrainingRequest, seeds: readonly number[]): Promise<Run[]> => {
    const wrong = seeds.find((seed) => !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31);
    if (wrong !== undefined || new Set(seeds).size !== seeds.length || seeds.length === 0) {
      throw new RadliteError(
        "BAD_INPUT",
        `Seeds are ${seeds.join(", ") || "none"}: expected different whole numbers from 0 to 2^31 - 1.`,
      );
    }
    const recipe = await findIn(options, request.recipe);
    const work = { recipe: request.recipe, seeds };
    const trainings = seeds.map((seed) => ({ recipe, seed, part: `:${seed}` }));
    return startOnBatch(options, request, { work, trainings });
  };
}

export interface SweepRequest extends Omit<TrainingRequest, "recipe"> {
  /** The name of a shipped sweep, which the container plans again. */
  sweep: string;
  /** Of its runs, in the order of its plan. */
  recipes: readonly NamedRecipe[];
}

/** Submits one array job for the trainings of a sweep; answers with their runs, in that order. */
export function sweepOnBatch(options: BatchOptions) {
  return async ({ sweep, recipes, ...request }: SweepRequest): Promise<Run[]> => {
    const trainings = recipes.map((recipe, at) => ({ recipe, part: `:${at}` }));
    return startOnBatch(options, request, { work: { sweep }, trainings });
  };
}

interface Job {
  work: TrainingWork;
  /** `part` sets a training apart from the others under the same key. */
  trainings: { recipe: NamedRecipe; seed?: number; part?: string }[];
}

const findIn = async ({ root = process.cwd(), registry }: BatchOptions, name: string): Promise<NamedRecipe> =>
  findRecipe(root, name, await registry.refresh());

async function startOnBatch(
  { registry, environment = process.env }: BatchOptions,
  { dataset, actor, idempotencyKey, requestId }: Omit<TrainingRequest, "recipe">,
  { work, trainings }: Job,
): Promise<Run[]> {
  if (trainings.length > MAX_TRAININGS) {
    throw new RadliteError(
      "BAD_INPUT",
      `${trainings.length} trainings are more than the ${MAX_TRAININGS} of one job.`,
    );
  }
  const settings = readBatchSettings(environment);
  const dataFolder = findDataset(environment, dataset);
  const known = new Set((await registry.refresh()).runs.keys());
  const runs: Run[] = [];
  for (const { recipe: named, seed, part = "" } of trainings) {
    const { model, text, ...recipe } = named;
    const asked = {
      ...{ model, recipe, dataset, executor: "batch", actor },
      ...(seed !== undefined && { seed }),
      ...(idempotencyKey !== undefined && { idempotencyKey: `${idempotencyKey}${part}` }),
      ...(requestId !== undefined && { requestId }),
    };
    runs.push(await startRun(registry, asked, text === undefined ? {} : { recipeText: text }));
  }
  if (runs.every(({ id }) => known.has(id))) return runs; // asked for before, with the same key
  const runIds = runs.map(({ id }) => id);
  if (!(await claimRun(registry, { runId: runIds[0]! }))) return runs; // asked for elsewhere at the same time
  try {
    await submit(settings, environment, {
      jobName: `radlite-${runIds[0]}`,
      containerOverrides: {
        command: writeJobArguments({ runIds, work, dataFolder, outFolder: OUT }),
        environment: settings.forwarded,
      },
      ...(runIds.length > 1 ? { arrayProperties: { size: runIds.length } } : {}),
    });
  } catch (cause) {
    const message = `AWS Batch did not take the job: ${(cause as Error).message}`;
    for (const runId of runIds) await finishRun(registry, { runId, outcome: "FAILED", message, actor });
    throw new RadliteError("UNAVAILABLE", message, { cause });
  }
  return runs;
}

async function submit(
  { jobQueue, jobDefinition }: BatchSettings,
  environment: Environment,
  job: Omit<SubmitJobCommandInput, keyof BatchSettings>,
): Promise<void> {
  const { BatchClient, SubmitJobCommand } = await import("@aws-sdk/client-batch"); // not for those who train here
  const { AWS_REGION: region, AWS_ENDPOINT_URL_BATCH: endpoint } = environment;
  const client = new BatchClient({
    ...(region ? { region } : {}),
    ...(endpoint ? { endpoint } : {}),
    maxAttempts: 1, // a second try after a lost answer would be a second job
  });
  try {
    await client.send(new SubmitJobCommand({ jobQueue, jobDefinition, ...job }));
  } finally {
    client.destroy();
  }
}
