/** Policies: asking for the one that holds or held, and setting one. */
import { policyAt, requireModel, setPolicy } from "@radlite/registry/commands";
import { GraphQLDateTime } from "graphql-scalars";
import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Model, SetPolicyInput } from "../types/models.ts";
import { Policy } from "../types/policies.ts";

@Resolver()
export class PolicyResolver {
  @Query(() => Policy, {
    nullable: true,
    description: "The policy of a model, or the one that held at a time; null when none did.",
  })
  policy(
    @Arg("model", () => ID, { description: "Name of the model." }) model: string,
    @Arg("at", () => GraphQLDateTime, { nullable: true, description: "The time; left out: now." })
    at: Date | null | undefined,
    @Ctx() { state }: RequestContext,
  ) {
    return at ? policyAt(state, { model, at: at.toISOString() }) : requireModel(state, model).policies.at(-1);
  }

  @Mutation(() => Model, { description: "Sets a model's policy. What is in production stays there." })
  setPolicy(
    @Arg("input", () => SetPolicyInput, { description: "The policy and whose it is." }) input: SetPolicyInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, setPolicy(registry, { ...dropNulls(input), ...asker }));
  }
}
