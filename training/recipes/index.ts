/** Recipes: what to train, validated, by name. Loads no TensorFlow. */
export { digestRecipe } from "./digest.ts";
export { toInputRecipe } from "./input.ts";
export { findRepositoryRoot } from "./location.ts";
export { countEpochs, loadPairs, type Pair } from "./pairs.ts";
export { parseRecipe } from "./parse.ts";
export { formatRankRule, type RankRule } from "./rank-rule.ts";
export {
  type AugmentRecipe,
  type GroupsRecipe,
  ITSELF,
  promisedCoverage,
  type Recipe,
  type StageRecipe,
  UNAUGMENTED,
} from "./recipe.ts";
export { listRecipeKeys, type RecipeKey, type RecipeSection } from "./reference.ts";
export { reseed } from "./seed.ts";
export { type LoadedRecipe, listRecipes, loadRecipe } from "./shelf.ts";
export { STAGE_KINDS, type StageName } from "./stages/index.ts";
