/** Registering a version from an artifact in the store, with the facts and evaluations that a bundle holds. */
import { RadliteError } from "@radlite/model/errors";
import type { JsonObject } from "@radlite/registry/bundle";
import { type RegisterVersionInput as CommandInput, registerVersion } from "@radlite/registry/commands";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { RegisterVersionInput, type TagInput } from "../types/version-inputs.ts";
import { Version } from "../types/versions.ts";
import { toEvaluation } from "./evaluation-sets.ts";

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
    const { registry, asker } = context;
    return committed(context, registerVersion(registry, { ...toCommandInput(input), ...asker }));
  }
}

/** The JSON of stages is the caller's own, and a null in it is one. */
function toCommandInput({ stages, ...given }: RegisterVersionInput): Omit<CommandInput, "actor"> {
  const {
    idempotencyKey,
    sha256,
    recipe,
    recipeDigest,
    recipeText,
    trainingImages,
    trainingCount,
    tags,
    evaluations,
    run,
    ...rest
  } = dropNulls(given);
  return {
    artifact: sha256,
    idempotencyKey,
    ...(recipeText !== undefined && { recipe: recipeText }),
    ...(run !== undefined && { runId: run }),
    facts: {
      ...rest,
      sha256,
      recipe: { name: recipe, digest: recipeDigest },
      stages: stages.map((stage) => ({
        name: stage.name,
        options: stage.options as JsonObject,
        summary: stage.summary as JsonObject,
      })),
      trainedOn: { images: trainingImages, count: trainingCount },
      tags: toRecord(tags),
    },
    evaluations: evaluations.map((evaluation) => toEvaluation(evaluation, sha256)),
  };
}

/** @throws BAD_INPUT for a key that is there twice: one of the two would be lost. */
function toRecord(tags: readonly TagInput[]): Record<string, string> {
  const twice = tags.find(({ key }, i) => tags.findIndex((tag) => tag.key === key) < i);
  if (!twice) return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  throw new RadliteError(
    "BAD_INPUT",
    `tags have the key ${JSON.stringify(twice.key)} twice: expected each key once`,
  );
}
