/**
 * Trainings on this machine: each run is a child process, started by path, that takes a training slot, trains and
 * registers its own result in the same registry. Whoever asked is answered as soon as the run is recorded.
 * A child ends with the server that started it, killed or not, and says so in the run.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  claimRun,
  type Environment,
  findDataset,
  finishRun,
  readTrainingSlots,
  type StartTraining,
  startRun,
  TRAINING_PROGRAM,
  type TrainingWork,
  writeJobArguments,
} from "@radlite/registry/commands";
import type { Registry, Run } from "@radlite/registry/log";
import { findRecipe } from "./recipes.ts";
import { findPlace, queueTraining } from "./training-queue.ts";

const RUNS = ".radlite/trainings"; // a folder a run: log, checkpoint, bundle

/** What Lambda sets, and the local server imitates, would lead a child's native libraries astray. */
const NOT_FOR_CHILDREN = [
  "LD_LIBRARY_PATH",
  "NODE_PATH",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
  "_HANDLER",
];

/** What glibc reads when a process starts: huge pages, with which a step takes less time (ADR 311). */
const HUGE_PAGES = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

export interface ChildProcessOptions {
  registry: Registry;
  /** The repository: dist/ and the shipped recipes lie there. */
  root?: string;
  environment?: Environment;
}

/** Starts trainings as child processes of this one, as many at a time as the machine has slots. */
export function trainInChildProcess(options: ChildProcessOptions): StartTraining {
  const { registry, root = process.cwd(), environment = process.env } = options;
  return async ({ recipe: recipeName, dataset, ...more }) => {
    const { model, text, ...recipe } = await findRecipe(root, recipeName, await registry.refresh());
    const dataFolder = findDataset(environment, dataset);
    if (!dataFolder.startsWith("s3://") && !existsSync(dataFolder))
      throw new RadliteError(
        "UNAVAILABLE",
        `The folder of data set ${dataset} is not there: RADLITE_DATASETS says where it was expected.`,
      );
    const slots = readTrainingSlots(environment);
    const place = findPlace(slots);
    try {
      const asked = { model, recipe, dataset, executor: "child", ...more };
      const given = { admit: place.keep, ...(text !== undefined && { recipeText: text }) };
      const run = await startRun(registry, asked, given);
      // A request that was answered before kept no place; of several at once that did, one starts the run.
      if (!place.isKept() || !(await claimRun(registry, { runId: run.id }))) return run;
      const work = { recipe: recipeName, ...(more.seed !== undefined && { seeds: [more.seed] }) };
      const train = () => runChild(run, { registry, root, environment, dataFolder, work });
      queueTraining({ registry, run, train }, slots);
      return run;
    } finally {
      place.leave();
    }
  };
}

interface ChildOptions extends Required<ChildProcessOptions> {
  dataFolder: string;
  work: TrainingWork;
}

/** Settles when the child has ended and the registry knows how, if it could be reached. */
async function runChild(run: Run, options: ChildOptions): Promise<void> {
  const { registry } = options;
  const failure = await endOf(run, options).catch(
    (error) => `Its process did not start: ${(error as Error).message}.`,
  );
  if (failure === undefined) return;
  await failRun(registry, run, failure).catch((error) => registry.logger.warn(String(error)));
}

/** @returns what went wrong, or undefined for a child that has recorded how it ended. */
async function endOf(
  run: Run,
  { root, environment, dataFolder, work }: ChildOptions,
): Promise<string | undefined> {
  const outFolder = join(root, RUNS);
  const job = { runIds: [run.id], work, dataFolder, outFolder };
  await mkdir(join(outFolder, run.id), { recursive: true });
  const log = await open(join(outFolder, run.id, "log.txt"), "a");
  // The channel is never written to: the child ends when it closes, however this process came to its end.
  const child = spawn(process.execPath, [join(root, TRAINING_PROGRAM), ...writeJobArguments(job)], {
    cwd: root,
    stdio: ["ignore", log.fd, log.fd, "ipc"],
    env: {
      ...HUGE_PAGES,
      ...Object.fromEntries(Object.entries(environment).filter(([name]) => !NOT_FOR_CHILDREN.includes(name))),
    },
  });
  try {
    const how = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(signal ?? code));
    });
    return how === 0 ? undefined : `Its process ended with ${how}; ${RUNS}/${run.id}/log.txt says why.`;
  } finally {
    await log.close();
  }
}

/** Records the end of a run whose child could not do it itself; one that is recorded already stays as it is. */
async function failRun(registry: Registry, run: Run, message: string): Promise<void> {
  const actor = { name: run.startedBy, role: "trainer" as const };
  const { runs } = await registry.refresh();
  if (runs.get(run.id)?.outcome !== undefined) return;
  await finishRun(registry, { runId: run.id, outcome: "FAILED", message, actor });
}
