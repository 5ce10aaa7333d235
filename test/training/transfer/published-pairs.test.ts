import { fileURLToPath } from "node:url";
import { buildArchitecture, listTensors, PUBLISHED_FAMILIES } from "@radlite/training/architectures";
import { countEpochs, loadPairs, toInputRecipe } from "@radlite/training/recipes";
import { limitLearning } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { cutFrozen } from "../../../training/transfer/cut.ts";

const FILES = ["two-cores", "robust", "photos"].map((name) =>
  fileURLToPath(new URL(`../../../training/recipes/pairs/${name}.yaml`, import.meta.url)),
);

test("each family has a pair at its published size, whose frozen layers and features it has", async () => {
  const pairs = await loadPairs([]);

  expect(pairs.map(({ name }) => name).sort()).toEqual([...PUBLISHED_FAMILIES].sort());
  for (const { name, recipes } of [...pairs, ...(await loadPairs(FILES))]) {
    const recipe = recipes.transfer?.recipe;
    if (!recipe) continue;
    // The layers' names do not depend on width and side, and a narrow graph is built sooner.
    const narrow = { ...recipe.architecture, width: 0.1 } as typeof recipe.architecture;
    const graph = buildArchitecture(narrow, toInputRecipe(recipe.input), ["NORMAL", "PNEUMONIA"]);
    const loaded = graph.layers!.filter((layer) => !layer.startsWith("head_"));
    const { freezeUntil, unfreeze } = recipe.initial!;
    const frozen = limitLearning(graph, loaded, { freezeUntil, rateShare: 1 });
    const tuned = limitLearning(graph, loaded, { learnFrom: unfreeze!.from, rateShare: 1 });
    const learning = (limited: typeof graph) =>
      limited.nodes.filter((node) => listTensors(node).some((at) => limited.tensors[at]!.rateShare !== 0))
        .length;
    expect(cutFrozen(frozen), name).toBeDefined();
    expect(learning(frozen), name).toBeLessThan(learning(tuned));
    expect(learning(tuned), name).toBeLessThan(learning(graph));
    expect(countEpochs(recipe), name).toBe(countEpochs(recipes.scratch!.recipe));
  }
});
