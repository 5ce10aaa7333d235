/** Which recipe a training process trains. */
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import type { TrainingWork } from "@radlite/registry/commands";
import type { Run } from "@radlite/registry/log";
import { type LoadedRecipe, loadRecipe, reseed } from "../recipes/index.ts";
import { loadSweep, locateShipped, planSweep } from "../sweeps/index.ts";

/**
 * `index`: of the run in its job. Errors: NOT_FOUND (not shipped here), BAD_INPUT (no such index), CONFLICT (the run
 * was recorded with another recipe than is shipped here under that name).
 */
export async function loadJobRecipe(work: TrainingWork, index: number, run: Run): Promise<LoadedRecipe> {
  const loaded = await ("sweep" in work ? pickRun(work.sweep, index) : loadRecipe(work.recipe));
  if (digestOf(loaded.source) !== run.recipe.digest) {
    throw new RadliteError(
      "CONFLICT",
      `Run ${run.id} was started with another ${run.recipe.name} than is shipped here: this is another version of Radlite.`,
    );
  }
  const seed = "seeds" in work ? work.seeds?.[index] : undefined;
  return seed === undefined ? loaded : { ...loaded, recipe: reseed(loaded.recipe, seed) };
}

async function pickRun(sweep: string, index: number): Promise<LoadedRecipe> {
  const parsed = await loadSweep(locateShipped(sweep));
  const run = planSweep(parsed, await loadRecipe(parsed.recipe)).runs[index];
  if (!run) throw new RadliteError("BAD_INPUT", `The sweep ${sweep} has no run ${index}.`);
  return run.recipe;
}
