/** Compression: the stages that a recipe can name. */
import type { StageRecipe } from "../recipes/index.ts";
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

export function createStage(recipe: StageRecipe): Stage {
  switch (recipe.name) {
    case "cluster":
      return withBudget(createClusterStage(recipe), recipe.maxDrop);
    case "factor":
      return withBudget(createFactorStage(recipe), recipe.maxDrop);
    case "huffman":
      return createHuffmanStage();
    case "miracle":
      return withBudget(createMiracleStage(recipe), recipe.maxDrop);
    case "prune":
      return withBudget(createPruneStage(recipe), recipe.maxDrop);
    case "quantise":
      return withBudget(createQuantiseStage(recipe), recipe.maxDrop);
    case "range":
      return createRangeStage();
    default:
      return recipe satisfies never;
  }
}
