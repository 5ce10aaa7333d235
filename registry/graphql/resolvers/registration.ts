/** Registering a version from an artifact in the store, with the facts and evaluations that a bundle holds. */
import type { Evaluation, JsonObject } from "@radlite/registry/bundle";
import { type RegisterVersionInput as CommandInput, registerVersion } from "@radlite/registry/commands";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls, type WithoutNulls } from "../nulls.ts";
import { type EvaluationInput, RegisterVersionInput } from "../types/version-inputs.ts";
import { Version } from "../types/versions.ts";

@Resolver(() => Version)
export class RegistrationResolver {
  @Mutation(() => Version, {
    description:
      "Registers an artifact as the next version of a model. One that the model has already is not registered twice: its version is answered.",
  })
  registerVersion(
    @Arg("input", () => RegisterVersionInput, { description: "The version." }) input: RegisterVersionInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, actor } = context;
    return committed(context, registerVersion(registry, { ...toCommandInput(dropNulls(input)), actor }));
  }
}

function toCommandInput(input: WithoutNulls<RegisterVersionInput>): Omit<CommandInput, "actor"> {
  const {
    idempotencyKey,
    sha256,
    recipe,
    recipeDigest,
    trainingImages,
    trainingCount,
    tags,
    evaluations,
    ...rest
  } = input;
  return {
    artifact: sha256,
    idempotencyKey,
    facts: {
      ...rest,
      sha256,
      recipe: { name: recipe, digest: recipeDigest },
      stages: input.stages.map((stage) => ({
        name: stage.name,
        options: stage.options as JsonObject,
        summary: stage.summary as JsonObject,
      })),
      trainedOn: { images: trainingImages, count: trainingCount },
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    },
    evaluations: evaluations.map((evaluation) => toEvaluation(evaluation, sha256)),
  };
}

const toEvaluation = (
  { evaluationSet, ...rest }: WithoutNulls<EvaluationInput>,
  artifact: string,
): Evaluation => ({ ...rest, formatVersion: 1, artifact, set: evaluationSet });
