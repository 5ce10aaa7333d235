/** What a page offers to train: the recipes and data sets that `startTrainingRun` takes. */
import { registerRecipe } from "@radlite/registry/commands";
import { expect, test } from "vitest";
import { ADA, createChestRegistry } from "./chest-xray.ts";
import { createClient, validateRecipe } from "./client.ts";

const RECIPE = `name: mine
description: Seconds from files to a bundle.
architecture: { family: residual, stem: { width: 6 }, body: [{ width: 8 }] }
input: { size: 16 }
fit: { epochs: 2 }
`;
const ASK = "{ trainingChoices { datasets recipes { recipe name model registeredBy } } }";

test("shipped recipes go by their names, registered ones by their digests", async () => {
  const registry = await createChestRegistry();
  const { digest } = await registerRecipe(registry, { text: RECIPE, actor: ADA }, validateRecipe);
  const shipped = { name: "residual-64", model: "chest-xray" };
  const ask = createClient(registry, {
    listTrainings: async () => ({ recipes: [shipped], datasets: ["chest", "ward"] }),
  });

  const { data } = await ask(ASK);

  expect(data.trainingChoices).toEqual({
    datasets: ["chest", "ward"],
    recipes: [
      { recipe: "residual-64", ...shipped, registeredBy: null },
      { recipe: digest, name: "mine", model: "chest-xray", registeredBy: ADA.name },
    ],
  });
});

test("a server that trains nothing has none to offer", async () => {
  const { data } = await createClient(await createChestRegistry())(ASK);

  expect(data.trainingChoices).toEqual({ datasets: [], recipes: [] });
});
