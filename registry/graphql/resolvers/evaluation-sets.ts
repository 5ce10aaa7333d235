/** Evaluation sets by name, and evaluations on them. */
import { RadliteError } from "@radlite/model/errors";
import type { Evaluation } from "@radlite/registry/bundle";
import {
  defineEvaluationSet,
  listSets,
  recordEvaluation,
  recordRobustness,
  requireModel,
  requireSet,
  takeEvaluation,
  takeRobustness,
  type VersionMetrics,
} from "@radlite/registry/commands";
import { findVersion } from "@radlite/registry/log";
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls, type WithoutNulls } from "../nulls.ts";
import {
  DefineEvaluationSetInput,
  EvaluationSet,
  RecordEvaluationInput,
  RecordRobustnessInput,
} from "../types/evaluation-sets.ts";
import { Metrics } from "../types/evaluations.ts";
import type { EvaluationInput } from "../types/version-inputs.ts";
import { Version } from "../types/versions.ts";

@Resolver(() => Metrics)
export class MetricsResolver {
  @Query(() => [EvaluationSet], {
    description: "The evaluation sets of a model: the standard ones first, the others by name.",
  })
  evaluationSets(
    @Arg("model", () => ID, { description: "Name of the model." }) model: string,
    @Ctx() { state }: RequestContext,
  ) {
    return listSets(requireModel(state, model));
  }

  @Mutation(() => EvaluationSet, {
    description: "Defines an evaluation set of a model, or describes it in other words.",
  })
  defineEvaluationSet(
    @Arg("input", () => DefineEvaluationSetInput, { description: "The set and whose it is." })
    input: DefineEvaluationSetInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, defineEvaluationSet(registry, { ...dropNulls(input), ...asker }));
  }

  @Mutation(() => Version, {
    description:
      "Adds an evaluation to a version, once a set and its images: a second one changes nothing. BAD_INPUT for a set that the model does not know.",
  })
  async recordEvaluation(
    @Arg("input", () => RecordEvaluationInput, { description: "The evaluation and of which version." })
    input: RecordEvaluationInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker, state } = context;
    const { version, evaluation, upload, ...rest } = dropNulls(input);
    const artifact = findVersion(state, version)?.artifact ?? "";
    if ((evaluation === undefined) === (upload === undefined))
      throw new RadliteError("BAD_INPUT", "recordEvaluation takes one of evaluation and upload");
    const given = evaluation
      ? toEvaluation(evaluation, artifact)
      : await takeEvaluation(registry.store, upload!, asker.actor);
    return committed(context, recordEvaluation(registry, { ...rest, version, evaluation: given, ...asker }));
  }

  @Mutation(() => Version, {
    description:
      "Keeps with a version what became of its answers when its radiographs came another way. The latest counts; the very same again changes nothing.",
  })
  async recordRobustness(
    @Arg("input", () => RecordRobustnessInput, { description: "What was measured, of which version." })
    input: RecordRobustnessInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { upload, ...rest } = dropNulls(input);
    const robustness = await takeRobustness(registry.store, upload, asker.actor);
    return committed(context, recordRobustness(registry, { ...rest, robustness, ...asker }));
  }

  @FieldResolver(() => EvaluationSet, { description: "The evaluation set." })
  set(@Root() { model, set }: VersionMetrics, @Ctx() { state }: RequestContext) {
    return requireSet(state, set, model);
  }
}

export const toEvaluation = (evaluation: WithoutNulls<EvaluationInput>, artifact: string): Evaluation => ({
  ...evaluation,
  formatVersion: 2,
  artifact,
});
