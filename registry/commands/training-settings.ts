/**
 * The settings of trainings, read from the environment when a training starts: where it runs (RADLITE_EXECUTOR), how
 * many at a time on this machine (RADLITE_TRAINING_SLOTS), which data sets a caller may name (RADLITE_DATASETS), and
 * the queue of AWS Batch (RADLITE_BATCH_QUEUE, RADLITE_BATCH_JOB). Pretrained weights (RADLITE_WEIGHTS) are read by
 * the training itself.
 */
import { quote, RadliteError } from "@radlite/model/errors";

export type Environment = Readonly<Record<string, string | undefined>>;

export const EXECUTORS = ["child", "batch"] as const;

export type Executor = (typeof EXECUTORS)[number];

/** @throws UNAVAILABLE for a setting of another name. */
export function readExecutor({ RADLITE_EXECUTOR: name = "" }: Environment): Executor {
  const executor = EXECUTORS.find((known) => known === (name || "child"));
  if (executor) return executor;
  throw new RadliteError(
    "UNAVAILABLE",
    `RADLITE_EXECUTOR is "${name}": ${EXECUTORS.join(" or ")} was expected. Mend the setting and start again.`,
  );
}

/** How many trainings this machine runs at a time; 1 unless it is set. @throws UNAVAILABLE for what is no such number. */
export function readTrainingSlots({ RADLITE_TRAINING_SLOTS: setting = "" }: Environment): number {
  const slots = Number(setting || 1);
  if (Number.isInteger(slots) && slots >= 1) return slots;
  throw new RadliteError(
    "UNAVAILABLE",
    `RADLITE_TRAINING_SLOTS is "${setting}": a whole number from 1 was expected. Mend the setting and start again.`,
  );
}

/** The names that a caller may use. @throws UNAVAILABLE for a setting of another form. */
export const listDatasets = (environment: Environment): string[] => [...readDatasets(environment).keys()];

/**
 * The folder of a data set; RADLITE_DATASETS is `name=/folder,other=s3://bucket/prefix`, of which the latter is
 * brought to the machine that trains.
 * @throws BAD_INPUT that lists the configured data sets; UNAVAILABLE for a setting of another form.
 */
export function findDataset(environment: Environment, name: string): string {
  const folders = readDatasets(environment);
  const folder = folders.get(name);
  if (folder !== undefined) return folder;
  const choice =
    folders.size > 0
      ? `Known: ${[...folders.keys()].join(", ")}.`
      : "None is known: set RADLITE_DATASETS=name=/folder.";
  throw new RadliteError("BAD_INPUT", `There is no data set named ${quote(name)}. ${choice}`, {
    reason: "UNKNOWN_NAME",
  });
}

function readDatasets({ RADLITE_DATASETS: setting = "" }: Environment): Map<string, string> {
  const folders = new Map<string, string>();
  for (const entry of setting.split(",").filter((part) => part.trim() !== "")) {
    const [, key, folder] = /^\s*([^=\s]+)\s*=\s*(.+?)\s*$/.exec(entry) ?? [];
    if (!key || !folder) {
      throw new RadliteError(
        "UNAVAILABLE",
        "RADLITE_DATASETS has an entry of another form than name=/folder. Mend the setting and start again.",
      );
    }
    folders.set(key, folder);
  }
  return folders;
}

export interface BatchSettings {
  jobQueue: string;
  jobDefinition: string;
  /** What the container's training reads besides its words. */
  forwarded: { name: string; value: string }[];
}

const FORWARDED = ["RADLITE_STORE", "RADLITE_S3_ENDPOINT", "RADLITE_WEIGHTS", "NVIDIA_TF32_OVERRIDE"];

/** @throws UNAVAILABLE that says which setting is missing, or that no container would reach the registry. */
export function readBatchSettings(environment: Environment): BatchSettings {
  const { RADLITE_BATCH_QUEUE: jobQueue, RADLITE_BATCH_JOB: jobDefinition } = environment;
  if (!jobQueue || !jobDefinition) {
    throw new RadliteError(
      "UNAVAILABLE",
      "Trainings on AWS Batch need RADLITE_BATCH_QUEUE and RADLITE_BATCH_JOB, the names of a job queue and a job definition.",
    );
  }
  if (!environment.RADLITE_STORE?.startsWith("s3://")) {
    throw new RadliteError(
      "UNAVAILABLE",
      "Trainings on AWS Batch need a registry that they reach: RADLITE_STORE was expected to be s3://bucket/prefix.",
    );
  }
  const forwarded = FORWARDED.flatMap((name) => {
    const value = environment[name];
    return value ? [{ name, value }] : [];
  });
  return { jobQueue, jobDefinition, forwarded };
}
