/**
 * Trainings on this machine: each run is a child process, started by path, that waits for a training slot, trains
 * and registers its own result in the same registry. Whoever asked is answered as soon as the run is recorded.
 * A child ends with the server that started it, and says so in the run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import {
  type Environment,
  findDataset,
  finishRun,
  type StartTraining,
  startRun,
  TRAINING_PROGRAM,
  writeJobArguments,
} from "@radlite/registry/commands";
import type { Registry, Run } from "@radlite/registry/log";
import { findRecipe } from "./recipes.ts";

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

const running = new Map<string, ChildProcess>();

/** Starts trainings as child processes of this one. */
export function trainInChildProcess(options: ChildProcessOptions): StartTraining {
  const { registry, root = process.cwd(), environment = process.env } = options;
  return async ({ recipe: recipeName, dataset, actor, idempotencyKey }) => {
    const { model, ...recipe } = await findRecipe(root, recipeName);
    const dataFolder = findDataset(environment, dataset);
    if (!existsSync(dataFolder))
      throw new RadliteError(
        "UNAVAILABLE",
        `The folder of data set ${dataset} is not there: RADLITE_DATASETS says where it was expected.`,
      );
    const before = await registry.refresh();
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const run = await startRun(registry, { model, recipe, dataset, executor: "child", actor, ...key });
    const isRepeated = before.runs.has(run.id) || running.has(run.id);
    if (!isRepeated) startChild(run, { registry, root, environment, dataFolder });
    return run;
  };
}

interface ChildOptions extends Required<ChildProcessOptions> {
  dataFolder: string;
}

function startChild(run: Run, { registry, root, environment, dataFolder }: ChildOptions): void {
  const outFolder = join(root, RUNS);
  mkdirSync(join(outFolder, run.id), { recursive: true });
  const log = openSync(join(outFolder, run.id, "log.txt"), "a");
  const job = { runIds: [run.id], work: { recipe: run.recipe.name }, dataFolder, outFolder };
  const child = spawn(process.execPath, [join(root, TRAINING_PROGRAM), ...writeJobArguments(job)], {
    cwd: root,
    stdio: ["ignore", log, log],
    env: {
      ...HUGE_PAGES,
      ...Object.fromEntries(Object.entries(environment).filter(([name]) => !NOT_FOR_CHILDREN.includes(name))),
    },
  });
  running.set(run.id, child);
  const endWithServer = () => child.kill("SIGTERM");
  process.once("exit", endWithServer);
  const fail = (message: string) =>
    failRun(registry, run, message).catch((error) => registry.logger.warn(String(error)));
  child.once("error", (error) => fail(`Its process did not start: ${error.message}.`));
  child.once("exit", (code, signal) => {
    running.delete(run.id);
    process.off("exit", endWithServer);
    if (code !== 0) fail(`Its process ended with ${signal ?? code}; ${RUNS}/${run.id}/log.txt says why.`);
  });
}

/** Records the end of a run whose child could not do it itself; one that is recorded already stays as it is. */
async function failRun(registry: Registry, run: Run, message: string): Promise<void> {
  const actor = { name: run.startedBy, role: "trainer" as const };
  const { runs } = await registry.refresh();
  if (runs.get(run.id)?.outcome !== undefined) return;
  await finishRun(registry, { runId: run.id, outcome: "FAILED", message, actor });
}
