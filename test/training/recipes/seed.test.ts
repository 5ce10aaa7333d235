import { loadRecipe, reseed } from "@radlite/training/recipes";
import { expect, test } from "vitest";

test("another seed changes every draw of a recipe but the split", async () => {
  const { recipe } = await loadRecipe("residual-32-miracle");

  const other = reseed(recipe, 7);

  expect(other.fit).toEqual({ ...recipe.fit, seed: 7 });
  expect(other.stages).toEqual([{ ...recipe.stages[0], seed: 7 }]);
  expect({ ...other, fit: recipe.fit, stages: recipe.stages }).toEqual(recipe);
});

test("stages that draw nothing stay as they are", async () => {
  const { recipe } = await loadRecipe("residual-64-pruned");

  expect(reseed(recipe, 7).stages).toEqual(recipe.stages);
});
