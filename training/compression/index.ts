/** Compression: the stages that a recipe can name. */
import type { StageRecipe } from "../recipes/index.ts";
import { createClusterStage } from "./cluster.ts";
import { createFactorStage } from "./factor.ts";
import { createHuffmanStage } from "./huffman.ts";
import type { Stage } from "./stage.ts";

export type { LayerReport, Stage, StageContext, StageReport, StageResult } from "./stage.ts";

export function createStage(recipe: StageRecipe): Stage {
  switch (recipe.name) {
    case "cluster":
      return createClusterStage(recipe);
    case "factor":
      return createFactorStage(recipe);
    case "huffman":
      return createHuffmanStage();
    default:
      return recipe satisfies never;
  }
}
