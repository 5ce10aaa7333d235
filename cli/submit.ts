/**
 * `radlite submit RECIPE --dataset NAME [--seeds LIST]`: trainings on AWS Batch, as startTrainingRun starts them under
 * RADLITE_EXECUTOR=batch; several seeds are one array job. Answers once the runs are on record and the job is taken.
 */
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { localActor, openLocalRegistry } from "./local-registry.ts";
import { printJson } from "./output.ts";

interface SubmitOptions {
  dataset: string;
  seeds?: number[];
  key?: string;
  json?: boolean;
}

export function addSubmit(program: Command): void {
  program
    .command("submit")
    .description("train a shipped recipe on AWS Batch, perhaps from several seeds (docs/gpu.md)")
    .argument("<recipe>", "the name of a shipped recipe")
    .requiredOption("--dataset <name>", "a name of RADLITE_DATASETS; its folder is the container's")
    .option("--seeds <list>", "draw it from each of these, such as 1,2,3: one array job", parseSeeds)
    .option("--key <text>", "submit once under this key, however often the command is repeated")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Settings: RADLITE_STORE (s3://...), RADLITE_BATCH_QUEUE, RADLITE_BATCH_JOB, RADLITE_DATASETS=name=/folder.

Example:
  radlite submit residual-64 --dataset chest --seeds 1,2,3`,
    )
    .action(submit);
}

async function submit(recipe: string, { dataset, seeds, key, json }: SubmitOptions): Promise<void> {
  const { sweepOnBatch, trainOnBatch } = await import("@radlite/functions/executors/batch");
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  const options = { registry: await openLocalRegistry("write"), root: findRepositoryRoot() };
  const request = { recipe, dataset, actor: localActor(), ...(key ? { idempotencyKey: key } : {}) };
  const runs = seeds ? await sweepOnBatch(options)(request, seeds) : [await trainOnBatch(options)(request)];
  if (json) printJson({ runs });
  else for (const [at, { id }] of runs.entries()) console.log(seeds ? `${id}  seed ${seeds[at]}` : id);
}

function parseSeeds(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError("whole numbers with commas were expected");
  return text.split(",").map(Number);
}
