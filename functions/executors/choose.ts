/** Where trainings run that somebody asks this server for; RADLITE_EXECUTOR says. */
import { type Environment, readExecutor, type StartTraining } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { trainOnBatch } from "./batch.ts";
import { trainInChildProcess } from "./child-process.ts";

export interface ExecutorOptions {
  registry: Registry;
  environment?: Environment;
}

/** @throws when a training is started: UNAVAILABLE for a setting of another name, and what the executor does. */
export function chooseExecutor({ registry, environment = process.env }: ExecutorOptions): StartTraining {
  const start = { child: trainInChildProcess, batch: trainOnBatch };
  return async (request) => start[readExecutor(environment)]({ registry, environment })(request);
}
