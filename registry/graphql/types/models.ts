/**
 * Models (named lines of versions) and the policies that say which of their versions may be promoted.
 */
import { DEFAULT_POLICY } from "@radlite/registry/commands";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { ABOUT_SET } from "./evaluation-sets.ts";
import { MutationInput } from "./mutation-input.ts";
import { connectionOf } from "./pages.ts";

export const POLICY_BOUND = { LOW: "low", VALUE: "value" } as const;
export type PolicyBound = (typeof POLICY_BOUND)[keyof typeof POLICY_BOUND];

registerEnumType(POLICY_BOUND, {
  name: "PolicyBound",
  description: "Which part of an estimate a policy's minimum is held against.",
  valuesConfig: {
    LOW: { description: "The lower end of the 95% interval: few cases count for little." },
    VALUE: { description: "The point estimate." },
  },
});

const ABOUT_POLICY = {
  set: `Whose figures count. ${ABOUT_SET}`,
  bound: "Which part of each estimate must reach its minimum.",
  minSensitivity: "Least sensitivity, between 0 and 1.",
  minSpecificity: "Least specificity, between 0 and 1.",
  minAuc: "Least area under the ROC curve, between 0 and 1.",
  maxAucDrop:
    "How far the AUC may lie below that of the version in production, between 0 and 1; both point estimates on the policy's set.",
} as const;

@ObjectType({
  description:
    "When a version is accurate enough to be promoted. Of those that are, the smallest file is the best.",
})
export class Policy {
  @Field(() => String, { description: ABOUT_POLICY.set })
  readonly set!: string;

  @Field(() => POLICY_BOUND, { description: ABOUT_POLICY.bound })
  readonly bound!: PolicyBound;

  @Field(() => Float, { description: ABOUT_POLICY.minSensitivity })
  readonly minSensitivity!: number;

  @Field(() => Float, { description: ABOUT_POLICY.minSpecificity })
  readonly minSpecificity!: number;

  @Field(() => Float, { description: ABOUT_POLICY.minAuc })
  readonly minAuc!: number;

  @Field(() => Float, { description: ABOUT_POLICY.maxAucDrop })
  readonly maxAucDrop!: number;
}

@InputType({ description: "A policy. What is left out is as in the policy that a new model gets." })
export class PolicyInput {
  @Field(() => String, { defaultValue: DEFAULT_POLICY.set, description: ABOUT_POLICY.set })
  readonly set!: string;

  @Field(() => POLICY_BOUND, { defaultValue: DEFAULT_POLICY.bound, description: ABOUT_POLICY.bound })
  readonly bound!: PolicyBound;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.minSensitivity,
    description: ABOUT_POLICY.minSensitivity,
  })
  readonly minSensitivity!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.minSpecificity,
    description: ABOUT_POLICY.minSpecificity,
  })
  readonly minSpecificity!: number;

  @Field(() => Float, { defaultValue: DEFAULT_POLICY.minAuc, description: ABOUT_POLICY.minAuc })
  readonly minAuc!: number;

  @Field(() => Float, { defaultValue: DEFAULT_POLICY.maxAucDrop, description: ABOUT_POLICY.maxAucDrop })
  readonly maxAucDrop!: number;
}

@ObjectType({ description: "A named line of versions that answer the same question, with one policy." })
export class Model {
  @Field(() => ID, { description: "Its name: what other fields and inputs take as `model`." })
  readonly id!: string;

  @Field(() => String, { description: "Lower-case letters, digits and hyphens, 1 to 63." })
  readonly name!: string;

  @Field(() => String, { description: "What it is for, in its maker's words." })
  readonly description!: string;

  @Field(() => Policy, { nullable: true, description: "What a version must reach to be promoted." })
  readonly policy?: Policy;

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
}
