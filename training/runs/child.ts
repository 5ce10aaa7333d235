/**
 * The process of one training run that somebody asked the server for. Its arguments are those of
 * registry/commands/training-job.ts; in an array job of AWS Batch the index of the job picks its run from them. Its
 * settings are RADLITE_STORE, RADLITE_TRAINING_SLOTS and, for recipes that start from pretrained weights,
 * RADLITE_WEIGHTS.
 * It waits for a training slot of this machine, trains, records each epoch, and registers what came of it; it
 * never promotes. A heartbeat says that it lives and learns whether it should stop. However it ends, short of
 * a kill, the run is finished and the slot is free; exit code 0 once the registry knows the outcome.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  finishRun,
  HEARTBEAT_MS,
  heartbeat,
  LEASE_RENEWAL_MS,
  type Lease,
  openRunLog,
  type RunLogWriter,
  readJobArguments,
  readTrainingSlots,
  recordEpoch,
  registerBundle,
  type TrainingWork,
  takeTrainingSlot,
} from "@radlite/registry/commands";
import { type Actor, openRegistry, type Registry, type RunOutcome } from "@radlite/registry/log";
import { openStore, storeAddress } from "@radlite/registry/store";
import { describeFigures, describeProgress } from "../fit/figures.ts";
import type { Progress } from "../fit/progress.ts";
import { loadJobRecipe } from "./child-recipe.ts";
import { provideDataset } from "./dataset.ts";

interface Task {
  registry: Registry;
  runId: string;
  actor: Actor;
  work: TrainingWork;
  /** A folder, or `s3://bucket/prefix`. */
  dataFolder: string;
  outFolder: string;
  controller: AbortController;
  /** What is said of it, for the registry; what the process writes besides stays on this machine. */
  log: RunLogWriter;
}

const CANCELLED = new Error("the run was cancelled");
const SLOT_POLL_MS = 2_000;
/** Once nobody is left who would wait: what a step and the last words to the registry take. */
const END_WITHIN_MS = 10_000;

/** The number of this job in an array job; else of the only one. */
const INDEX = Number(process.env.AWS_BATCH_JOB_ARRAY_INDEX || 0);

async function main(): Promise<void> {
  const task = await readTask();
  const { registry, runId, actor, controller, log } = task;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort(new Error(`the training process got ${signal}`)));
  }
  endWithStarter(controller);
  const stopHeartbeat = repeat(HEARTBEAT_MS, async () => {
    const [{ cancelRequested }] = await Promise.all([heartbeat(registry, { runId }), log.flush()]);
    if (cancelRequested) controller.abort(CANCELLED);
  });
  try {
    const version = await trainInSlot(task);
    await say(task, `registered as ${version}`).flush();
    await finishRun(registry, { runId, actor, outcome: "SUCCEEDED", version });
  } catch (error) {
    console.error(error);
    log.say(describeFailure(error));
    await log.flush();
    const outcome: RunOutcome = controller.signal.reason === CANCELLED ? "CANCELLED" : "FAILED";
    await finishRun(registry, { runId, actor, outcome, message: describeFailure(error) });
  } finally {
    stopHeartbeat();
  }
}

/** A server that starts a training keeps a channel to it, which closes when that server ends, killed or not. */
function endWithStarter(controller: AbortController): void {
  const end = () => {
    controller.abort(new Error("the server that started the training ended"));
    setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  };
  process.once("disconnect", end);
  process.channel?.unref(); // it alone keeps nobody here
  if (process.connected === false) end();
}

async function readTask(): Promise<Task> {
  const { runIds, work, dataFolder, outFolder } = readJobArguments(process.argv.slice(2));
  const runId = runIds[INDEX];
  if (runId === undefined) {
    throw new RadliteError("BAD_INPUT", `The job has ${runIds.length} runs, and this is number ${INDEX}.`);
  }
  const registry = await openRegistry({ store: await openStore(storeAddress()) });
  const run = (await registry.refresh()).runs.get(runId);
  if (!run) throw new RadliteError("NOT_FOUND", `There is no run ${runId} in the registry.`);
  if (run.outcome !== undefined) {
    throw new RadliteError("CONFLICT", `Run ${runId} has ended as ${run.outcome}; it is not trained again.`);
  }
  const actor: Actor = { name: run.startedBy, role: "trainer" };
  const controller = new AbortController();
  const log = openRunLog(registry, { runId });
  return { registry, runId, actor, work, dataFolder, outFolder: join(outFolder, runId), controller, log };
}

/** To the log on this machine, and to the registry's. */
function say({ log }: Task, text: string): RunLogWriter {
  console.log(text);
  log.say(text);
  return log;
}

/** The id of the version that came of it. */
async function trainInSlot(task: Task): Promise<string> {
  const { registry, runId, actor, dataFolder, outFolder, controller } = task;
  const { signal } = controller;
  const lease = await waitForSlot(task);
  const stopRenewing = repeat(LEASE_RENEWAL_MS, () => lease.renew());
  try {
    const run = registry.state.runs.get(runId)!;
    const recipe = await loadJobRecipe(task.work, INDEX, { run, store: registry.store });
    // Loads TensorFlow, and sets it up where it is missing: minutes in which the heartbeat goes on already.
    const { trainRecipe } = await import("./run.ts");
    signal.throwIfAborted();
    const data = await provideDataset(dataFolder, { signal });
    const bundle = join(outFolder, "bundle");
    const onProgress = (progress: Progress) => record(task, progress);
    const weights = { setting: process.env.RADLITE_WEIGHTS };
    await trainRecipe({
      recipe,
      dataFolder: data,
      outFolder: bundle,
      weights,
      resume: true,
      signal,
      onProgress,
    });
    return (await registerBundle(registry, bundle, { actor, runId })).id;
  } finally {
    stopRenewing();
    await lease.release();
  }
}

async function waitForSlot(task: Task): Promise<Lease> {
  const { registry, runId, controller } = task;
  const slots = readTrainingSlots(process.env);
  for (let tries = 0; ; tries++) {
    controller.signal.throwIfAborted();
    const lease = await takeTrainingSlot(registry, { host: hostname(), slots, runId });
    if (lease) return lease;
    if (tries === 0) void say(task, "waiting for a training slot").flush();
    await new Promise((resolve) => setTimeout(resolve, SLOT_POLL_MS));
  }
}

/** Epochs to the registry, words to the log. One that cannot be recorded is not worth ending a training for. */
function record(task: Task, progress: Progress): void {
  const { registry, runId } = task;
  const line = describeProgress(progress);
  if (line !== undefined) say(task, line);
  if (progress.kind !== "epoch") return;
  const { epoch, epochs } = progress;
  const figures = describeFigures(progress);
  void task.log.flush();
  recordEpoch(registry, { runId, epoch, epochs, figures }).catch((error) => console.error(error));
}

/** Now and every `ms` until it is stopped; a round that fails is logged, the next may succeed. */
function repeat(ms: number, act: () => Promise<void>): () => void {
  const round = () => act().catch((error) => console.error(error));
  void round();
  const timer = setInterval(round, ms);
  return () => clearInterval(timer);
}

function describeFailure(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
