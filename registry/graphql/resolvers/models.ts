/** Models and their policies: asking for them, creating them, setting a policy. */
import { createModel, listModels, smallestAccurate } from "@radlite/registry/commands";
import { currentVersion, type Model as ModelState } from "@radlite/registry/log";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { CreateModelInput, Model, ModelConnection } from "../types/models.ts";
import { PageArgs, pageCost, toConnection } from "../types/pages.ts";
import { Policy, PolicyInput } from "../types/policies.ts";
import { Version, VersionConnection } from "../types/versions.ts";
import { pageVersions, VersionsArgs } from "./version-lists.ts";

@Resolver(() => Model)
export class ModelResolver {
  @Query(() => Model, { nullable: true, description: "The model of that name; null when there is none." })
  model(@Arg("name", () => ID, { description: "Its name." }) name: string, @Ctx() { state }: RequestContext) {
    return state.models.get(name);
  }

  @Query(() => ModelConnection, { complexity: pageCost, description: "All models, by name." })
  models(@Args(() => PageArgs) page: PageArgs, @Ctx() { state }: RequestContext) {
    return toConnection(listModels(state, dropNulls(page)), page);
  }

  @Query(() => Version, {
    nullable: true,
    description:
      "The smallest file among a model's versions that pass a policy, ready to be promoted; null when none does.",
  })
  smallestAccurate(
    @Arg("model", () => ID, { description: "Name of the model." }) model: string,
    @Arg("policy", () => PolicyInput, { nullable: true, description: "Left out: the model's own." })
    policy: PolicyInput | null | undefined,
    @Ctx() { state }: RequestContext,
  ) {
    return smallestAccurate(state, { model, ...(policy && { policy }) });
  }

  @Mutation(() => Model, { description: "Creates a model. CONFLICT when the name is taken." })
  createModel(
    @Arg("input", () => CreateModelInput, { description: "The model." }) input: CreateModelInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, createModel(registry, { ...dropNulls(input), ...asker }));
  }

  @FieldResolver(() => VersionConnection, { complexity: pageCost, description: "Its versions." })
  versions(
    @Root() { name }: ModelState,
    @Args(() => VersionsArgs) args: VersionsArgs,
    @Ctx() context: RequestContext,
  ) {
    return pageVersions(context, args, name);
  }

  @FieldResolver(() => Policy, {
    nullable: true,
    description: "What a version must reach to be promoted.",
  })
  policy(@Root() { policies }: ModelState) {
    return policies.at(-1);
  }

  @FieldResolver(() => ID)
  id(@Root() { name }: ModelState) {
    return name;
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description: "The version that functions serve; null until one is promoted.",
  })
  production(@Root() { name }: ModelState, @Ctx() { state }: RequestContext) {
    return currentVersion(state, name);
  }
}
