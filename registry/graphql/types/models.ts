/** Models: named lines of versions, each with a policy. */
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, ObjectType } from "type-graphql";
import { MutationInput } from "./mutation-input.ts";
import { connectionOf } from "./pages.ts";
import { Policy, PolicyInput } from "./policies.ts";

@ObjectType({ description: "A named line of versions that answer the same question, with one policy." })
export class Model {
  @Field(() => ID, { description: "Its name: what other fields and inputs take as `model`." })
  readonly id!: string;

  @Field(() => String, { description: "Lower-case letters, digits and hyphens, 1 to 63." })
  readonly name!: string;

  @Field(() => String, { description: "What it is for, in its maker's words." })
  readonly description!: string;

  @Field(() => [Policy], { description: "Every policy that it had, oldest first; the last one holds." })
  readonly policies!: Policy[];

  @Field(() => GraphQLDateTime, { description: "When it was created." })
  readonly createdAt!: string;

  @Field(() => String, { description: "Who created it." })
  readonly createdBy!: string;
}

export const ModelConnection = connectionOf("Model", "models", Model);

@InputType({ description: "A model to create." })
export class CreateModelInput extends MutationInput {
  @Field(() => String, { description: "Lower-case letters, digits and hyphens, 1 to 63; not taken yet." })
  readonly name!: string;

  @Field(() => String, { defaultValue: "", description: "What it is for." })
  readonly description!: string;

  @Field(() => PolicyInput, { nullable: true, description: "Left out: the default policy." })
  readonly policy?: PolicyInput | null;
}

@InputType({ description: "A policy to set in place of a model's present one." })
export class SetPolicyInput extends MutationInput {
  @Field(() => ID, { description: "Name of the model." })
  readonly model!: string;

  @Field(() => PolicyInput, {
    description: "The whole policy; what is left out is the default, not the present value.",
  })
  readonly policy!: PolicyInput;

  @Field(() => String, { nullable: true, description: "Why; kept with it, 1 to 1000 characters." })
  readonly reason?: string | null;
}
