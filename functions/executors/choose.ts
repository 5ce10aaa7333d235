/** Where trainings run that somebody asks this server for: RADLITE_EXECUTOR says `child` (the default) or `batch`. */
import { RadliteError } from "@radlite/model/errors";
import type { StartTraining } from "@radlite/registry/graphql";
import type { Registry } from "@radlite/registry/log";
import { trainOnBatch } from "./batch.ts";
import { trainInChildProcess } from "./child-process.ts";

export interface ExecutorOptions {
  registry: Registry;
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Errors, when a training is started: UNAVAILABLE for a setting of another name, and those of the executor. */
export function chooseExecutor({ registry, environment = process.env }: ExecutorOptions): StartTraining {
  const name = environment.RADLITE_EXECUTOR || "child";
  if (name === "child") return trainInChildProcess({ registry, environment });
  if (name === "batch") return trainOnBatch({ registry, environment });
  return async () => {
    throw new RadliteError(
      "UNAVAILABLE",
      `RADLITE_EXECUTOR is "${name}": child or batch was expected. Mend the setting and start again.`,
    );
  };
}
