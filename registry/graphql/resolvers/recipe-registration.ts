/** Registering a recipe, for anybody to train by. */
import { RadliteError } from "@radlite/model/errors";
import { readRecipe, registerRecipe, takeRecipe } from "@radlite/registry/commands";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { RegisterRecipeInput } from "../types/recipe-inputs.ts";
import { Recipe } from "../types/recipes.ts";

@Resolver(() => Recipe)
export class RecipeRegistrationResolver {
  @Mutation(() => Recipe, {
    description:
      "Registers a recipe, which `startTrainingRun` then takes by its digest. The same text again changes nothing. BAD_INPUT lists every fault with its line.",
  })
  async registerRecipe(
    @Arg("input", () => RegisterRecipeInput, { description: "The recipe." }) input: RegisterRecipeInput,
    @Ctx() context: RequestContext,
  ): Promise<Recipe> {
    const { registry, asker, validateRecipe } = context;
    const { text: given, upload, ...rest } = dropNulls(input);
    if ((given === undefined) === (upload === undefined))
      throw new RadliteError("BAD_INPUT", "registerRecipe takes one of text and upload");
    const text = given ?? (await takeRecipe(registry.store, upload!, asker.actor));
    const recipe = await committed(
      context,
      registerRecipe(registry, { ...rest, text, ...asker }, validateRecipe),
    );
    const { name, digest } = recipe;
    return { name, digest, text: (await readRecipe(registry.store, digest)) ?? text };
  }
}
