/** Recipes by their digests, what they say, and what they made. */
import { lookUpRecipes, parseRecipeText, readRecipe, readRecipeField } from "@radlite/registry/commands";
import type { Run as RunState, Version as VersionState } from "@radlite/registry/log";
import { GraphQLJSONObject } from "graphql-scalars";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { DEFAULT_SET } from "../types/evaluation-sets.ts";
import { PageArgs, pageCost } from "../types/pages.ts";
import { Recipe } from "../types/recipes.ts";
import { Run } from "../types/runs.ts";
import { Version, VersionConnection } from "../types/versions.ts";
import { pageVersions } from "./version-lists.ts";

const RECIPE_COST = 5; // an object of one kilobyte is read

@Resolver(() => Recipe)
export class RecipeResolver {
  @Query(() => Recipe, {
    nullable: true,
    complexity: ({ childComplexity }) => RECIPE_COST + childComplexity,
    description: "The recipe of that digest; null where its text is not kept.",
  })
  recipe(
    @Arg("digest", () => ID, { description: "SHA-256 of its text, in hex." }) digest: string,
    @Ctx() context: RequestContext,
  ) {
    return findRecipe(digest, context);
  }

  @FieldResolver(() => GraphQLJSONObject, {
    complexity: RECIPE_COST,
    description:
      "What the YAML says, without what it leaves out to defaults; empty where it is no YAML mapping.",
  })
  value(@Root() { text }: Recipe) {
    return parseRecipeText(text) ?? {};
  }

  @FieldResolver(() => VersionConnection, {
    complexity: pageCost,
    description: "The versions that it made, newest first.",
  })
  versions(@Root() { digest }: Recipe, @Args(() => PageArgs) page: PageArgs, @Ctx() context: RequestContext) {
    const filter = { recipeDigest: { eq: digest } };
    return pageVersions(context, { ...page, filter, metricsOn: DEFAULT_SET });
  }
}

@Resolver(() => Version)
export class VersionRecipeResolver {
  @FieldResolver(() => Recipe, {
    nullable: true,
    complexity: ({ childComplexity }) => RECIPE_COST + childComplexity,
    description: "The recipe that made it, in full; null where its text was not kept.",
  })
  recipeObject(@Root() { recipe, recipeDigest }: VersionState, @Ctx() context: RequestContext) {
    return findRecipe(recipeDigest, context, recipe);
  }

  @FieldResolver(() => String, {
    nullable: true,
    complexity: RECIPE_COST,
    description:
      "A field of the recipe that made it, as text; lists and mappings as JSON. Null where the recipe leaves it out, or was not kept.",
  })
  recipeField(
    @Root() { recipeDigest }: VersionState,
    @Arg("path", () => String, {
      description: "Its place, as filters take it: `fit.rate`, `input.size`, `stages.0.sparsity`.",
    })
    path: string,
    @Ctx() { registry }: RequestContext,
  ) {
    return readRecipeField(registry, recipeDigest, path);
  }
}

@Resolver(() => Run)
export class RunRecipeResolver {
  @FieldResolver(() => GraphQLJSONObject, {
    nullable: true,
    complexity: RECIPE_COST,
    description:
      "What its recipe says, without what that leaves out to defaults; null where its text is not kept.",
  })
  async parameters(@Root() { recipe }: RunState, @Ctx() { registry }: RequestContext) {
    const recipes = await lookUpRecipes(registry, [recipe.digest]);
    return recipes(recipe.digest);
  }
}

const DIGEST = /^[0-9a-f]{64}$/;

/** @param known its name. */
async function findRecipe(
  digest: string,
  { registry, state }: RequestContext,
  known?: string,
): Promise<Recipe | undefined> {
  if (!DIGEST.test(digest)) return undefined;
  const text = await readRecipe(registry.store, digest);
  if (text === undefined) return undefined;
  return { digest, name: known ?? nameOf(digest, state) ?? nameIn(text) ?? digest.slice(0, 12), text };
}

/** As whoever registered or ran it called it. */
function nameOf(digest: string, { models, runs, recipes }: RequestContext["state"]): string | undefined {
  const registered = recipes.get(digest);
  if (registered) return registered.name;
  for (const { versions } of models.values()) {
    const made = versions.find(({ recipeDigest }) => recipeDigest === digest);
    if (made) return made.recipe;
  }
  return [...runs.values()].find(({ recipe }) => recipe.digest === digest)?.recipe.name;
}

function nameIn(text: string): string | undefined {
  const name = parseRecipeText(text)?.name;
  return typeof name === "string" ? name : undefined;
}
