/**
 * Born again: networks of one recipe that learn from each other. The first learns from the labels alone, each one
 * after it from the labels and the one before. Furlanello et al., "Born Again Neural Networks", ICML 2018
 * (https://arxiv.org/abs/1805.04770).
 * Every generation but the last is a bundle in a folder of its own, without the recipe's stages, so that a run goes
 * on in the generation in which it was stopped. The last draws from the recipe's seed, those before it from the
 * seeds that follow it. Nobody but the last is tried on the test set.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readBundledArtifact } from "@radlite/registry/bundle";
import { openTeacher, type Teacher } from "../distillation/teachers.ts";
import { countOn } from "../fit/progress.ts";
import { countEpochs, ITSELF, type Recipe, reseed } from "../recipes/index.ts";
import type { TrainOptions } from "./train-options.ts";

export function learnsFromItself({ distil }: Recipe): boolean {
  return distil?.teacher[0] === ITSELF;
}

/** The bundle of the last one. `train` makes one network from its recipe and teachers. Errors: those of `train`. */
export async function trainGenerations(
  options: TrainOptions,
  train: (options: TrainOptions) => Promise<{ bundle: string }>,
): Promise<{ bundle: string }> {
  const { recipe: loaded, dataFolder, outFolder, onProgress } = options;
  const { recipe } = loaded;
  const last = recipe.distil?.generations ?? 1;
  const epochs = countEpochs(recipe);
  const note = (text: string) => onProgress?.({ kind: "note", text });
  const countFrom = (generation: number) => countOn(onProgress, generation * epochs, (last + 1) * epochs);
  let teachers: readonly Teacher[] = [];

  for (let generation = 0; generation < last; generation++) {
    note(`generation ${generation} of ${last}${generation === 0 ? ", from the labels alone" : ""}`);
    const { bundle } = await train({
      ...options,
      recipe: { ...loaded, recipe: describeAncestor(recipe, generation) },
      ...(generation === 0 ? {} : { teachers }),
      dataFolder: findTrainingImages(dataFolder),
      outFolder: join(outFolder, `generation-${generation}`),
      onProgress: countFrom(generation),
    });
    teachers = [openTeacher(await readBundledArtifact(bundle), `generation ${generation}`)];
  }
  note(`generation ${last} of ${last}`);
  return train({ ...options, teachers, onProgress: countFrom(last) });
}

function describeAncestor(recipe: Recipe, generation: number): Recipe {
  const { distil, ...plain } = reseed({ ...recipe, stages: [] }, recipe.fit.seed + 1 + generation);
  return generation === 0 ? plain : { ...plain, distil };
}

/** Without the test set. */
function findTrainingImages(dataFolder: string): string {
  const train = join(dataFolder, "train");
  return existsSync(train) ? train : dataFolder;
}
