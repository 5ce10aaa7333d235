/** Compression: the stages that a recipe can name. */
import type { StageName, StageRecipe } from "../recipes/index.ts";
import { withBudget } from "./budget.ts";
import { createClusterStage } from "./cluster.ts";
import { createFactorStage } from "./factor.ts";
import { createHuffmanStage } from "./huffman.ts";
import { createMiracleStage } from "./miracle/stage.ts";
import { createPruneStage } from "./prune.ts";
import { createQuantiseStage } from "./quantise.ts";
import { createRangeStage } from "./range.ts";
import type { Stage } from "./stage.ts";

export type { Stage, StageContext, StageReport, StageResult } from "./stage.ts";

/** A new stage is its file, and its name here and in recipes/stages. */
const STAGES: { [Name in StageName]: (options: Extract<StageRecipe, { name: Name }>) => Stage } = {
  cluster: createClusterStage,
  factor: createFactorStage,
  huffman: createHuffmanStage,
  miracle: createMiracleStage,
  prune: createPruneStage,
  quantise: createQuantiseStage,
  range: createRangeStage,
};

export function createStage(recipe: StageRecipe): Stage {
  const create = STAGES[recipe.name] as (options: StageRecipe) => Stage;
  return withBudget(create(recipe), "maxDrop" in recipe ? recipe.maxDrop : undefined);
}
