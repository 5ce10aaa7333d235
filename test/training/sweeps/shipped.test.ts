import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readBundle } from "@radlite/registry/bundle";
import { digestRecipe, findRepositoryRoot, loadRecipe, parseRecipe } from "@radlite/training/recipes";
import { loadSweep, planSweep } from "@radlite/training/sweeps";
import { expect, test } from "vitest";

const FOLDER = join(findRepositoryRoot(), "training/recipes/sweeps");
const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];
const files = readdirSync(FOLDER);

test.each(files)("%s: every run is a recipe, the base a shipped one, none held to a budget", async (file) => {
  const sweep = await loadSweep(join(FOLDER, file));
  const base = await loadRecipe(sweep.recipe);
  const { runs } = planSweep(sweep, base);

  expect(base.recipe.name).toBe(sweep.recipe); // a shipped one: a path would hold in one folder alone
  expect(runs.length).toBeGreaterThan(2);
  const stages = runs.flatMap(({ recipe }) => recipe.recipe.stages);
  expect(stages.filter((stage) => "maxDrop" in stage)).toEqual([]);
});

const pruning = files.filter((file) => file.startsWith("pruning-"));

test.each(pruning)("%s: a run a rate, all from one network", async (file) => {
  const sweep = await loadSweep(join(FOLDER, file));
  const { model, parents, runs } = planSweep(sweep, await loadRecipe(sweep.recipe));

  expect(runs.map(({ recipe }) => recipe.recipe.stages[0])).toMatchObject(
    RATES.map((sparsity) => ({ name: "prune", unit: "weight", scope: "global", sparsity })),
  );
  for (const { recipe, parent } of runs) {
    expect(recipe.recipe.stages.map(({ name }) => name)).toEqual(["prune", "cluster", "range"]);
    expect(parent).toBe(parents[0]?.name);
  }
  expect(parents.length + Number(model !== undefined)).toBe(1);
});

const ofShipped = ["pruning-residual-64.yaml", "bits-residual-64.yaml"];

test.each(ofShipped)(
  "%s: the model that it names comes with Radlite, trained as its recipe says",
  async (file) => {
    const { model, recipe } = await loadSweep(join(FOLDER, file));
    const { recipe: trained } = await readBundle(join(findRepositoryRoot(), "registry/shipped", model!));

    const { architecture, input, validation, fit, augment } = parseRecipe(trained!, "recipe.yaml");
    expect((await loadRecipe(recipe)).recipe).toMatchObject({
      architecture,
      input,
      validation,
      fit,
      augment,
    });
  },
);

const ofVgg = ["pruning-vgg16-64.yaml", "factoring-vgg16-64.yaml"];

test.each(ofVgg)("%s: the float network that it trains is that of vgg16-64-robust", async (file) => {
  const sweep = await loadSweep(join(FOLDER, file));
  const { parents } = planSweep(sweep, await loadRecipe(sweep.recipe));
  const { recipe: robust } = await loadRecipe("vgg16-64-robust");

  const [trained] = parents.map(({ recipe }) => digestRecipe({ ...recipe.recipe, name: "" }));
  expect(trained).toBe(digestRecipe({ ...robust, name: "" }));
});
