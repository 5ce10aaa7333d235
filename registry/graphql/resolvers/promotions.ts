/** What is and was in production: asking, promoting, rolling back. */
import {
  checkPromotion,
  historyOf,
  productionAt,
  promote,
  requireModel,
  rollback,
} from "@radlite/registry/commands";
import { currentVersion, PRODUCTION, type Promotion as PromotionState } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Model } from "../types/models.ts";
import { PageArgs, pageCost, toConnection } from "../types/pages.ts";
import { PolicyInput } from "../types/policies.ts";
import {
  PromoteInput,
  PromoteResult,
  Promotion,
  PromotionCheck,
  PromotionConnection,
  RollbackInput,
  RollbackResult,
} from "../types/promotions.ts";
import { Version } from "../types/versions.ts";

/** The file is read, and held to its digest. */
const CHECK_COST = 50;

@ArgsType()
class HistoryArgs extends PageArgs {
  @Field(() => ID, { description: "Name of the model." })
  readonly model!: string;

  @Field(() => String, { defaultValue: PRODUCTION, description: "The alias whose moves to list." })
  readonly alias!: string;
}

@Resolver(() => Promotion)
export class PromotionResolver {
  @Query(() => Version, {
    nullable: true,
    description: "The version of a model that is in production, or was at a time; null when none is or was.",
  })
  production(
    @Arg("model", () => ID, { description: "Name of the model." }) model: string,
    @Arg("at", () => GraphQLDateTime, { nullable: true, description: "The time; left out: now." })
    at: Date | null | undefined,
    @Ctx() { state }: RequestContext,
  ) {
    requireModel(state, model);
    return at ? productionAt(state, { model, at: at.toISOString() }) : currentVersion(state, model);
  }

  @Query(() => PromotionConnection, {
    complexity: pageCost,
    description: "The moves of a model's alias, newest first.",
  })
  history(@Args(() => HistoryArgs) args: HistoryArgs, @Ctx() { state }: RequestContext) {
    return toConnection(historyOf(state, dropNulls(args)), args);
  }

  @Query(() => PromotionCheck, {
    complexity: ({ childComplexity }) => CHECK_COST + childComplexity,
    description:
      "A promotion, tried and not done: every rule with its limit and what the version has, by its model's policy or by another one.",
  })
  checkPromotion(
    @Arg("version", () => ID, { description: "Id of the version." }) version: string,
    @Arg("alias", () => String, { defaultValue: PRODUCTION, description: "The alias that would move." })
    alias: string,
    @Arg("policy", () => PolicyInput, { nullable: true, description: "Left out: the model's own." })
    policy: PolicyInput | null | undefined,
    @Ctx() { registry, state }: RequestContext,
  ) {
    return checkPromotion(registry, state, { version, alias, ...(policy && { policy }) });
  }

  @Mutation(() => PromoteResult, {
    description:
      "Moves an alias to a version that passes its model's policy. Functions serve it within seconds.",
  })
  promote(
    @Arg("input", () => PromoteInput, { description: "Which version, and why." }) input: PromoteInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, promote(registry, { ...dropNulls(input), ...expectationOf(input), ...asker }));
  }

  @Mutation(() => RollbackResult, {
    description: "Moves an alias back to the version before. NOT_FOUND when there is none.",
  })
  rollback(
    @Arg("input", () => RollbackInput, { description: "Which model, and why." }) input: RollbackInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, rollback(registry, { ...dropNulls(input), ...expectationOf(input), ...asker }));
  }

  @FieldResolver(() => Model, { description: "The model whose alias moved." })
  model(@Root() { model }: PromotionState, @Ctx() { state }: RequestContext) {
    return state.models.get(model);
  }

  @FieldResolver(() => Version, { description: "The version that the alias moved to." })
  version(@Root() { model, to }: PromotionState, @Ctx() { state }: RequestContext) {
    return state.models.get(model)?.versions.get(to - 1);
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description: "The version that the alias left; null when it named none.",
  })
  previous(@Root() { model, from }: PromotionState, @Ctx() { state }: RequestContext) {
    return from === undefined ? undefined : state.models.get(model)?.versions.get(from - 1);
  }
}

/** Null says "names nothing" here, so it must not be taken for "left out". */
const expectationOf = ({ expectedCurrent }: { expectedCurrent?: string | null }) =>
  expectedCurrent === undefined ? {} : { expectedCurrent };
