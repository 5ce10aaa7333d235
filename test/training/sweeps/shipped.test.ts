import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readModel } from "../../../cli/models.ts";
import {
  digestRecipe,
  findRepositoryRoot,
  loadRecipe,
  parseRecipe,
} from "../../../training/recipes/index.ts";
import { loadSweep, planSweep } from "../../../training/sweeps/index.ts";

const FOLDER = join(findRepositoryRoot(), "training/recipes/sweeps");
const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];
const files = readdirSync(FOLDER);

test("the shipped sweeps", () => {
  expect(files.sort()).toEqual(["pruning-residual-64.yaml", "pruning-vgg16-64.yaml", "pruning-vgg16.yaml"]);
});

test.each(files)("%s: a run a rate, none held to a budget, from one network", async (file) => {
  const sweep = await loadSweep(join(FOLDER, file));
  const base = await loadRecipe(sweep.recipe);
  const { model, parents, runs } = planSweep(sweep, base);

  expect(base.recipe.name).toBe(sweep.recipe); // a shipped one: a path would hold in one folder alone
  expect(runs.map(({ recipe }) => recipe.recipe.stages[0])).toMatchObject(
    RATES.map((sparsity) => ({ name: "prune", unit: "weight", scope: "global", sparsity })),
  );
  for (const { recipe, parent } of runs) {
    expect(recipe.recipe.stages.filter((stage) => "maxDrop" in stage)).toEqual([]);
    expect(recipe.recipe.stages.map(({ name }) => name)).toEqual(["prune", "cluster", "range"]);
    expect(parent).toBe(parents[0]?.name);
  }
  expect(parents.length + Number(model !== undefined)).toBe(1);
});

test("a model that is named comes with Radlite, trained as the recipe says", async () => {
  const { model, recipe } = await loadSweep(join(FOLDER, "pruning-residual-64.yaml"));
  const { recipe: trained } = await readModel(model!);

  const { architecture, input, validation, fit, augment } = parseRecipe(trained!, "recipe.yaml");
  expect((await loadRecipe(recipe)).recipe).toMatchObject({ architecture, input, validation, fit, augment });
});

test("the float network that the sweep of VGG16 trains is that of vgg16-64-robust", async () => {
  const sweep = await loadSweep(join(FOLDER, "pruning-vgg16-64.yaml"));
  const { parents } = planSweep(sweep, await loadRecipe(sweep.recipe));
  const { recipe: robust } = await loadRecipe("vgg16-64-robust");

  const [trained] = parents.map(({ recipe }) => digestRecipe({ ...recipe.recipe, name: "" }));
  expect(trained).toBe(digestRecipe({ ...robust, name: "" }));
});
