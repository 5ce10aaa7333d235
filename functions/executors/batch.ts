/**
 * Trainings as jobs of AWS Batch: a run is recorded, then a job is submitted whose container trains it and registers
 * its own result in the same registry, as a child process would (docs/gpu.md). Several seeds of one recipe, or the
 * runs of a sweep, are one array job; each of its children takes the run of its index. The store must be one that the
 * container reaches too.
 */
import type { ContainerOverrides, SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { RadliteError } from "@radlite/model/errors";
import { finishRun, startRun } from "@radlite/registry/commands";
import type { StartTraining, TrainingRequest } from "@radlite/registry/graphql";
import type { Registry, Run } from "@radlite/registry/log";
import { findDataset, findRecipe, type NamedRecipe } from "./settings.ts";

export interface BatchOptions {
  registry: Registry;
  /** The shipped recipes lie below. */
  root?: string;
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Trainings of an array job: what fits the limits of a command. */
const MAX_TRAININGS = 100;

/** In the container; a volume there lets a run that is tried again go on. */
const OUT = "/var/radlite/runs";

/** What a training reads besides its arguments. */
const FORWARDED = ["RADLITE_STORE", "RADLITE_S3_ENDPOINT", "RADLITE_WEIGHTS", "NVIDIA_TF32_OVERRIDE"];

/** Submits a job for each training. */
export function trainOnBatch(options: BatchOptions): StartTraining {
  return async (request) => {
    const recipe = await findRecipe(options.root ?? process.cwd(), request.recipe);
    const told = ["--recipe", request.recipe];
    return (await startOnBatch(options, request, { told, trainings: [{ recipe }] }))[0]!;
  };
}

/** Submits one array job for the recipe drawn from each of the seeds; answers with their runs, in that order. */
export function seedsOnBatch(options: BatchOptions) {
  return async (request: TrainingRequest, seeds: readonly number[]): Promise<Run[]> => {
    const wrong = seeds.find((seed) => !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32);
    if (wrong !== undefined || new Set(seeds).size !== seeds.length || seeds.length === 0) {
      throw new RadliteError(
        "BAD_INPUT",
        `Seeds are ${seeds.join(", ") || "none"}: expected different whole numbers from 0 to 2^32 - 1.`,
      );
    }
    const recipe = await findRecipe(options.root ?? process.cwd(), request.recipe);
    const told = ["--recipe", request.recipe, "--seed", seeds.join(",")];
    const trainings = seeds.map((seed) => ({ recipe, part: `:${seed}` }));
    return startOnBatch(options, request, { told, trainings });
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
    return startOnBatch(options, request, { told: ["--sweep", sweep], trainings });
  };
}

interface Job {
  /** The words that tell the container what to train. */
  told: string[];
  /** `part` sets a training apart from the others under the same key. */
  trainings: { recipe: NamedRecipe; part?: string }[];
}

async function startOnBatch(
  { registry, environment = process.env }: BatchOptions,
  { dataset, actor, idempotencyKey }: Omit<TrainingRequest, "recipe">,
  { told, trainings }: Job,
): Promise<Run[]> {
  if (trainings.length > MAX_TRAININGS) {
    throw new RadliteError(
      "BAD_INPUT",
      `${trainings.length} trainings are more than the ${MAX_TRAININGS} of one job.`,
    );
  }
  const settings = readSettings(environment);
  const dataFolder = findDataset(environment.RADLITE_DATASETS, dataset);
  const known = new Set((await registry.refresh()).runs.keys());
  const runs: Run[] = [];
  for (const { recipe: named, part = "" } of trainings) {
    const { model, ...recipe } = named;
    const key = idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}${part}` };
    runs.push(await startRun(registry, { model, recipe, dataset, executor: "batch", actor, ...key }));
  }
  if (runs.every(({ id }) => known.has(id))) return runs; // asked for before, with the same key
  const ids = runs.map(({ id }) => id);
  const out = ids.length > 1 ? OUT : `${OUT}/${ids[0]}`;
  const command = ["--run", ids.join(","), ...told, "--data", dataFolder, "--out", out];
  try {
    await submit(settings, environment, {
      jobName: `radlite-${ids[0]}`,
      containerOverrides: { command, environment: forwardEnvironment(environment) },
      ...(ids.length > 1 ? { arrayProperties: { size: ids.length } } : {}),
    });
  } catch (cause) {
    const message = `AWS Batch did not take the job: ${(cause as Error).message}`;
    for (const runId of ids) await finishRun(registry, { runId, outcome: "FAILED", message, actor });
    throw new RadliteError("UNAVAILABLE", message, { cause });
  }
  return runs;
}

interface BatchSettings {
  jobQueue: string;
  jobDefinition: string;
}

function readSettings(environment: NonNullable<BatchOptions["environment"]>): BatchSettings {
  const { RADLITE_BATCH_QUEUE: jobQueue, RADLITE_BATCH_JOB: jobDefinition, RADLITE_STORE = "" } = environment;
  if (!jobQueue || !jobDefinition) {
    throw new RadliteError(
      "UNAVAILABLE",
      "Trainings on AWS Batch need RADLITE_BATCH_QUEUE and RADLITE_BATCH_JOB, the names of a job queue and a job definition.",
    );
  }
  if (RADLITE_STORE.startsWith("s3://")) return { jobQueue, jobDefinition };
  throw new RadliteError(
    "UNAVAILABLE",
    `Trainings on AWS Batch need a registry that they reach: RADLITE_STORE is "${RADLITE_STORE}", s3://bucket/prefix was expected.`,
  );
}

function forwardEnvironment(
  environment: NonNullable<BatchOptions["environment"]>,
): ContainerOverrides["environment"] {
  return FORWARDED.flatMap((name) => (environment[name] ? [{ name, value: environment[name] }] : []));
}

async function submit(
  settings: BatchSettings,
  environment: NonNullable<BatchOptions["environment"]>,
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
    await client.send(new SubmitJobCommand({ ...settings, ...job }));
  } finally {
    client.destroy();
  }
}
