/** Which recipe a training process is told to train. */
import { RadliteError } from "@radlite/model/errors";
import type { Run } from "@radlite/registry/log";
import { hashBytes } from "./bundle.ts";
import { type LoadedRecipe, loadRecipe, reseed } from "../recipes/index.ts";
import { loadSweep, locateShipped, planSweep } from "../sweeps/index.ts";

/** A shipped recipe, perhaps with seeds in place of its own, or a shipped sweep. */
export type Told = { recipe: string; seeds?: readonly number[] } | { sweep: string };

/**
 * `index`: of the run in its job. Errors: NOT_FOUND (not shipped here), BAD_INPUT (no such index), CONFLICT (the run
 * was recorded with another recipe than is shipped here under that name).
 */
export async function loadToldRecipe(told: Told, index: number, run: Run): Promise<LoadedRecipe> {
  const loaded = await ("sweep" in told ? pickRun(told.sweep, index) : loadRecipe(told.recipe));
  if (hashBytes(loaded.source) !== run.recipe.digest) {
    throw new RadliteError(
      "CONFLICT",
      `Run ${run.id} was started with another ${run.recipe.name} than is shipped here: this is another version of Radlite.`,
    );
  }
  const seed = "seeds" in told ? told.seeds?.[index] : undefined;
  return seed === undefined ? loaded : { ...loaded, recipe: reseed(loaded.recipe, seed) };
}

async function pickRun(sweep: string, index: number): Promise<LoadedRecipe> {
  const parsed = await loadSweep(locateShipped(sweep));
  const run = planSweep(parsed, await loadRecipe(parsed.recipe)).runs[index];
  if (!run) throw new RadliteError("BAD_INPUT", `The sweep ${sweep} has no run ${index}.`);
  return run.recipe;
}
