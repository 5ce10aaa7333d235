/** Registering versions from artifacts in the store, with the facts and evaluations that a bundle holds. */
import { RadliteError } from "@radlite/model/errors";
import type { JsonObject } from "@radlite/registry/bundle";
import { type Registration, registerVersion, registerVersions } from "@radlite/registry/commands";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { RegisterVersionInput, RegisterVersionsInput } from "../types/version-inputs.ts";
import { Version } from "../types/versions.ts";
import { toEvaluation } from "./evaluation-sets.ts";
import { toRecord } from "./tags.ts";

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

  @Mutation(() => [Version], {
    description:
      "Registers up to 100 artifacts in one commit: all of them, or none if one is not right. They are answered in the order of the input.",
  })
  registerVersions(
    @Arg("input", () => RegisterVersionsInput, { description: "The versions." }) input: RegisterVersionsInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { versions, idempotencyKey } = input;
    const key = dropNulls({ idempotencyKey });
    return committed(
      context,
      registerVersions(registry, { versions: versions.map(withoutKey), ...key, ...asker }),
    );
  }
}

/** A key is that of the request, so that either all are registered again or none. */
function withoutKey(one: RegisterVersionInput, at: number): Registration {
  const { idempotencyKey, ...registration } = toCommandInput(one);
  if (idempotencyKey === undefined) return registration;
  throw new RadliteError(
    "BAD_INPUT",
    `versions.${at} has an idempotencyKey: expected one beside versions, for all of them`,
  );
}

/** The JSON of stages is the caller's own, and a null in it is one. */
function toCommandInput({
  stages,
  ...given
}: RegisterVersionInput): Registration & { idempotencyKey: string | undefined } {
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
