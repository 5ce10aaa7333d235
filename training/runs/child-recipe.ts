/** Which recipe a training process trains. */
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import { readRecipe, type TrainingWork } from "@radlite/registry/commands";
import type { Run } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { type LoadedRecipe, loadRecipe, parseRecipe, reseed } from "../recipes/index.ts";
import { loadSweep, locateShipped, planSweep } from "../sweeps/index.ts";

/**
 * `index`: of the run in its job. Errors: NOT_FOUND (neither shipped here nor kept), BAD_INPUT (no such index, or a
 * registered recipe that this version of Radlite does not take), CONFLICT (the run was recorded with another recipe than
 * is shipped here under that name).
 */
export async function loadJobRecipe(
  work: TrainingWork,
  index: number,
  { run, store }: { run: Run; store: ObjectStore },
): Promise<LoadedRecipe> {
  const loaded = await ("sweep" in work
    ? pickRun(work.sweep, index)
    : loadNamed(work.recipe, { run, store }));
  if (digestOf(loaded.source) !== run.recipe.digest) {
    throw new RadliteError(
      "CONFLICT",
      `Run ${run.id} was started with another ${run.recipe.name} than is shipped here: this is another version of Radlite.`,
    );
  }
  const seed = "seeds" in work ? work.seeds?.[index] : undefined;
  return seed === undefined ? loaded : { ...loaded, recipe: reseed(loaded.recipe, seed) };
}

/** A digest is the name of a registered one. */
async function loadNamed(
  name: string,
  { run, store }: { run: Run; store: ObjectStore },
): Promise<LoadedRecipe> {
  if (!/^[0-9a-f]{64}$/.test(name)) return loadRecipe(name);
  const source = await readRecipe(store, name);
  if (source === undefined) {
    throw new RadliteError(
      "NOT_FOUND",
      `The text of recipe ${name} is not in the store: put it back from a copy.`,
    );
  }
  return { recipe: parseRecipe(source, `${run.recipe.name}.yaml`), source };
}

async function pickRun(sweep: string, index: number): Promise<LoadedRecipe> {
  const parsed = await loadSweep(locateShipped(sweep));
  const run = planSweep(parsed, await loadRecipe(parsed.recipe)).runs[index];
  if (!run) throw new RadliteError("BAD_INPUT", `The sweep ${sweep} has no run ${index}.`);
  return run.recipe;
}
