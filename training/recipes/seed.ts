/**
 * The same recipe from another seed, for telling what a recipe does from what one draw did: initial weights, order
 * and augmentation of the images, and the draws of stages change. The split does not: figures of different seeds
 * stand side by side only where they come from the same radiographs.
 */
import type { Recipe, StageRecipe } from "./recipe.ts";

/** `seed` in place of that of `fit` and of every stage that has one. */
export function reseed(recipe: Recipe, seed: number): Recipe {
  const stages = recipe.stages.map((stage): StageRecipe => ("seed" in stage ? { ...stage, seed } : stage));
  return { ...recipe, fit: { ...recipe.fit, seed }, stages };
}
