/**
 * `radlite submit RECIPE|SWEEP --dataset NAME [--seeds LIST]`: trainings on AWS Batch, as startTrainingRun starts them
 * under RADLITE_EXECUTOR=batch; several seeds, or the runs of a sweep, are one array job. Answers once the runs are on
 * record and the job is taken.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import type { Run } from "@radlite/registry/log";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { localActor, openLocalRegistry } from "../local-registry.ts";
import { print, printJson } from "../show/output.ts";

interface SubmitOptions {
  dataset: string;
  seeds?: number[];
  key?: string;
  json?: boolean;
}

export function addSubmit(program: Command): void {
  program
    .command("submit")
    .description("train a shipped recipe or sweep on AWS Batch, perhaps from several seeds (docs/gpu.md)")
    .argument("<recipe>", "the name of a shipped recipe, or the path of a shipped sweep: one array job")
    .requiredOption("--dataset <name>", "a name of RADLITE_DATASETS; its folder is the container's")
    .option("--seeds <list>", "draw it from each of these, such as 1,2,3: one array job", parseSeeds)
    .option("--key <text>", "submit once under this key, however often the command is repeated")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Settings: RADLITE_STORE (s3://...), RADLITE_BATCH_QUEUE, RADLITE_BATCH_JOB, RADLITE_DATASETS=name=/folder.

Example:
  radlite submit residual-64 --dataset chest --seeds 1,2,3
  radlite submit training/recipes/sweeps/pruning-vgg16.yaml --dataset chest`,
    )
    .action(submit);
}

async function submit(recipe: string, { dataset, seeds, key, json }: SubmitOptions): Promise<void> {
  const { seedsOnBatch, sweepOnBatch, trainOnBatch } = await import("@radlite/functions/executors/batch");
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  const sweep = /\.ya?ml$/i.test(recipe) ? await planArray(recipe, seeds) : undefined;
  const options = { registry: await openLocalRegistry("write"), root: findRepositoryRoot() };
  const request = { dataset, actor: localActor(), ...(key ? { idempotencyKey: key } : {}) };
  let runs: Run[];
  if (sweep) runs = await sweepOnBatch(options)({ ...request, ...sweep });
  else if (seeds) runs = await seedsOnBatch(options)({ ...request, recipe }, seeds);
  else runs = [await trainOnBatch(options)({ ...request, recipe })];
  if (json) return printJson({ runs });
  for (const [at, { id, recipe: trained }] of runs.entries()) {
    print([id, ...(sweep ? [trained.name] : seeds ? [`seed ${seeds[at]}`] : [])].join("  "));
  }
}

/** The recipes of a sweep, which the container finds again by its name. */
async function planArray(path: string, seeds: number[] | undefined) {
  const { loadRecipe } = await import("@radlite/training/recipes");
  const { loadSweep, nameShipped, planSweep } = await import("@radlite/training/sweeps");
  const parsed = await loadSweep(path);
  const sweep = nameShipped(path);
  if (seeds) throw new RadliteError("BAD_INPUT", "A sweep has its seeds in its grid, and takes no --seeds.");
  if (parsed.model !== undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `${path} compresses ${parsed.model}, which takes minutes here: radlite sweep ${path}. Jobs train.`,
    );
  }
  const { runs } = planSweep(parsed, await loadRecipe(parsed.recipe));
  const recipes = runs.map(({ recipe: { recipe, source } }) => ({
    name: recipe.name,
    model: recipe.model,
    digest: digestOf(source),
  }));
  return { sweep, recipes };
}

function parseSeeds(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError("whole numbers with commas were expected");
  return text.split(",").map(Number);
}
