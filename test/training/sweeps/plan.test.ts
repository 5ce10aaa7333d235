import { parseRecipe } from "@radlite/training/recipes";
import { parseSweep, planSweep } from "@radlite/training/sweeps";
import { expect, test } from "vitest";

const SOURCE = `name: tiny
description: A base. # with a comment
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
fit: { epochs: 1 }
stages:
  - { name: prune, sparsity: 0.5, epochs: 1 }
  - { name: factor, epochs: 0 }
`;

const base = { recipe: parseRecipe(SOURCE, "tiny.yaml"), source: SOURCE };
const plan = (grid: string, model?: string) =>
  planSweep(
    parseSweep(`recipe: tiny\n${model ? `model: ${model}\n` : ""}grid:\n${grid}`, "sweep.yaml"),
    base,
  );

test("every combination is a run, named by its settings, with a recipe that says them", () => {
  const { runs } = plan("  stages.0.sparsity: [0.3, 0.6]\n  threshold: [half, youden]\n", "some.rlm");

  expect(runs.map(({ name }) => name)).toEqual([
    "tiny-sparsity-0-3-threshold-half",
    "tiny-sparsity-0-3-threshold-youden",
    "tiny-sparsity-0-6-threshold-half",
    "tiny-sparsity-0-6-threshold-youden",
  ]);
  const { settings, recipe } = runs[1]!;
  expect(settings).toEqual({ "stages.0.sparsity": 0.3, threshold: "youden" });
  expect(recipe.recipe.stages[0]).toMatchObject({ name: "prune", sparsity: 0.3, epochs: 1 });
  expect(recipe.recipe.threshold).toEqual({ kind: "youden" });
  expect(parseRecipe(recipe.source, "written.yaml")).toEqual(recipe.recipe);
  expect(recipe.source).toContain("# with a comment");
});

test("a seed goes to the fit and to every stage that draws, and leaves the recipe its name", () => {
  const { runs } = plan("  seed: [7, 8]\n", "some.rlm");

  expect(runs.map(({ name }) => name)).toEqual(["tiny-seed-7", "tiny-seed-8"]);
  for (const [at, seed] of [7, 8].entries()) {
    const { recipe } = runs[at]!.recipe;
    expect([recipe.name, recipe.fit.seed]).toEqual(["tiny", seed]);
    expect(recipe.stages[0]).not.toHaveProperty("seed");
    expect(recipe.stages[1]).toMatchObject({ seed });
    expect(recipe.validation.seed).toBe(1);
  }
});

test("runs that differ in their stages alone share a float training; others train themselves", () => {
  const { parents, runs } = plan("  stages.0.sparsity: [0.3, 0.6]\n  seed: [1, 2]\n");
  const alone = plan("  seed: [1, 2]\n");

  expect(parents.map(({ name, recipe }) => [name, recipe.recipe.fit.seed])).toEqual([
    ["tiny-seed-1-float", 1],
    ["tiny-seed-2-float", 2],
  ]);
  expect(runs.map(({ name, parent }) => [name, parent])).toEqual([
    ["tiny-sparsity-0-3-seed-1", "tiny-seed-1-float"],
    ["tiny-sparsity-0-3-seed-2", "tiny-seed-2-float"],
    ["tiny-sparsity-0-6-seed-1", "tiny-seed-1-float"],
    ["tiny-sparsity-0-6-seed-2", "tiny-seed-2-float"],
  ]);
  for (const { recipe } of parents) {
    expect(recipe.recipe.stages).toEqual([]);
    expect(recipe.recipe.name).toBe("tiny");
  }
  expect(alone.parents).toEqual([]);
  expect(alone.runs.every(({ parent }) => parent === undefined)).toBe(true);
});

test("whole stages can be a value, named by their place in the list", () => {
  const { runs } = plan("  stages: [[{ name: range }], [{ name: huffman }]]\n", "some.rlm");

  expect(runs.map(({ name }) => name)).toEqual(["tiny-stages-1", "tiny-stages-2"]);
  expect(runs[1]!.recipe.recipe.stages).toEqual([{ name: "huffman" }]);
});

test.each([
  ["  stages.0.sparsty: [0.3]\n", /unknown key sparsty in stages\[0\] \(did you mean sparsity\?\)/],
  ["  stages.0.sparsity: [0.3, 3]\n", /stages\[0\]\.sparsity is 3; allowed: a number from 0\.1 to 0\.98/],
  ["  name.first: [a]\n", /grid: the recipe has no place for name\.first/],
  ["  stages.0.sparsity: [0.5, 0.50]\n", /Two runs of the sweep are called tiny-sparsity-0-5/],
  [
    "  seed: []\n",
    /^Sweep sweep\.yaml is not valid\.\nsweep\.yaml:3: grid\.seed .* allowed: a map from keys/,
  ],
  ["  {}\n", /allowed: a map from keys/],
])("%j is refused", (grid, message) => {
  expect(() => plan(grid)).toThrow(message);
});

test("a sweep of too many runs is refused with their number", () => {
  const numbers = Array.from({ length: 40 }, (_, at) => at + 1).join(", ");
  expect(() => plan(`  seed: [${numbers}]\n  fit.epochs: [${numbers}]\n`)).toThrow(/has 1600 runs/);
});
