/** Policies: which versions of a model may be promoted, as rules over evaluation sets, and what one breaks. */
import { DEFAULT_POLICY } from "@radlite/registry/commands";
import type { Actor as ActorState, PolicyBound, PolicyFigure, Rule } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, InputType, ObjectType, registerEnumType } from "type-graphql";
import { Actor } from "./actors.ts";

export const POLICY_BOUND = { LOW: "low", VALUE: "value" } as const satisfies Record<string, PolicyBound>;

registerEnumType(POLICY_BOUND, {
  name: "PolicyBound",
  description: "Which part of an estimate a policy's minimum is held against.",
  valuesConfig: {
    LOW: { description: "The lower end of the 95% interval: few cases count for little." },
    VALUE: { description: "The point estimate." },
  },
});

export const POLICY_FIGURE = {
  ACCURACY: "accuracy",
  SENSITIVITY: "sensitivity",
  SPECIFICITY: "specificity",
  AUC: "auc",
  BALANCED_ACCURACY: "balancedAccuracy",
  LOWEST_SENSITIVITY: "lowestSensitivity",
  LOWEST_SPECIFICITY: "lowestSpecificity",
} as const satisfies Record<string, PolicyFigure>;

registerEnumType(POLICY_FIGURE, {
  name: "PolicyFigure",
  description: "A figure that a policy may ask a minimum of; all lie between 0 and 1.",
  valuesConfig: {
    ACCURACY: { description: "Share of cases judged right." },
    SENSITIVITY: { description: "Share of PNEUMONIA cases judged right." },
    SPECIFICITY: { description: "Share of NORMAL cases judged right." },
    AUC: { description: "Area under the ROC curve." },
    BALANCED_ACCURACY: {
      description: "The mean of sensitivity and specificity, over all changes of the set.",
    },
    LOWEST_SENSITIVITY: {
      description:
        "Sensitivity under the change of the set that costs most of it; without changes, sensitivity.",
    },
    LOWEST_SPECIFICITY: {
      description:
        "Specificity under the change of the set that costs most of it; without changes, specificity.",
    },
  },
});

export const RULE = {
  ARTIFACT: "artifact",
  OPERATING_POINT: "operatingPoint",
  NOT_ARCHIVED: "notArchived",
  EVALUATION: "evaluation",
  MINIMUM: "minimum",
  MAX_AUC_DROP: "maxAucDrop",
} as const satisfies Record<string, Rule>;

registerEnumType(RULE, {
  name: "Rule",
  description:
    "What a version must fulfil to be promoted. The first four hold or do not: limit 1, actual 1 or 0.",
  valuesConfig: {
    ARTIFACT: { description: "The stored file is there and has the digest that the registry names." },
    OPERATING_POINT: { description: "The file is sealed with a threshold of its own." },
    NOT_ARCHIVED: { description: "The version is not archived." },
    EVALUATION: { description: "There is an evaluation on a set that the policy names." },
    MINIMUM: { description: "A figure on a set is at least the limit." },
    MAX_AUC_DROP: { description: "The AUC in production minus this version's is at most the limit." },
  },
});

@ObjectType({ description: "A rule that a version breaks." })
export class FailedRule {
  @Field(() => RULE, { description: "Which rule." })
  readonly rule!: Rule;

  @Field(() => String, { nullable: true, description: "The evaluation set that it is about, if it is." })
  readonly set?: string;

  @Field(() => POLICY_FIGURE, { nullable: true, description: "The figure of a minimum." })
  readonly figure?: PolicyFigure;

  @Field(() => POLICY_BOUND, {
    nullable: true,
    description: "Which part of the estimate a minimum asks for.",
  })
  readonly bound?: PolicyBound;

  @Field(() => Float, { description: "What the policy asks for, in the rule's unit." })
  readonly limit!: number;

  @Field(() => Float, { description: "What the version has, in the same unit." })
  readonly actual!: number;
}

@ObjectType({ description: "A rule of a promotion, and how a version meets it." })
export class CheckedRule {
  @Field(() => RULE, { description: "Which rule." })
  readonly rule!: Rule;

  @Field(() => String, { nullable: true, description: "The evaluation set that it is about, if it is." })
  readonly set?: string;

  @Field(() => POLICY_FIGURE, { nullable: true, description: "The figure of a minimum." })
  readonly figure?: PolicyFigure;

  @Field(() => POLICY_BOUND, {
    nullable: true,
    description: "Which part of the estimate a minimum asks for.",
  })
  readonly bound?: PolicyBound;

  @Field(() => Float, { description: "What the policy asks for, in the rule's unit." })
  readonly limit!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "What the version has, in the same unit; null where there is nothing to hold against the limit: it was not evaluated on the set, and does not pass, or production was not on the same images, and it passes.",
  })
  readonly actual?: number;

  @Field(() => Boolean, { description: "Whether it holds." })
  readonly passes!: boolean;
}

const ABOUT_RULE = {
  set: "Name of the evaluation set whose figures count.",
  figure: "Which figure.",
  bound: "Which part of the estimate must reach the minimum.",
  min: "The minimum, between 0 and 1.",
} as const;

@ObjectType({ description: "A minimum of one figure on one evaluation set." })
export class PolicyRule {
  @Field(() => String, { description: ABOUT_RULE.set })
  readonly set!: string;

  @Field(() => POLICY_FIGURE, { description: ABOUT_RULE.figure })
  readonly figure!: PolicyFigure;

  @Field(() => POLICY_BOUND, { description: ABOUT_RULE.bound })
  readonly bound!: PolicyBound;

  @Field(() => Float, { description: ABOUT_RULE.min })
  readonly min!: number;
}

const ABOUT_POLICY = {
  rules: "Every one must hold.",
  maxAucDrop:
    "How far the AUC may lie below that of the version in production, between 0 and 1; both point estimates on the same images of `dropOn`.",
  dropOn: "Name of the evaluation set on which that drop is measured.",
} as const;

@ObjectType({
  description: "When a version is accurate enough to be promoted. The smallest file among those is the best.",
})
export class Policy {
  @Field(() => [PolicyRule], { description: ABOUT_POLICY.rules })
  readonly rules!: PolicyRule[];

  @Field(() => Float, { description: ABOUT_POLICY.maxAucDrop })
  readonly maxAucDrop!: number;

  @Field(() => String, { description: ABOUT_POLICY.dropOn })
  readonly dropOn!: string;

  @Field(() => String, { nullable: true, description: "Why it was set, where whoever set it said so." })
  readonly reason?: string;

  @Field(() => GraphQLDateTime, { description: "When it was set." })
  readonly at!: string;

  @Field(() => Actor, { description: "Who set it." })
  readonly actor!: ActorState;
}

@InputType({ description: "A minimum of one figure on one evaluation set." })
export class PolicyRuleInput {
  @Field(() => String, { description: ABOUT_RULE.set })
  readonly set!: string;

  @Field(() => POLICY_FIGURE, { description: ABOUT_RULE.figure })
  readonly figure!: PolicyFigure;

  @Field(() => POLICY_BOUND, { defaultValue: POLICY_BOUND.LOW, description: ABOUT_RULE.bound })
  readonly bound!: PolicyBound;

  @Field(() => Float, { description: ABOUT_RULE.min })
  readonly min!: number;
}

@InputType({ description: "A policy: minimums over evaluation sets, and how far the AUC may fall." })
export class PolicyInput {
  @Field(() => [PolicyRuleInput], { description: ABOUT_POLICY.rules })
  readonly rules!: PolicyRuleInput[];

  @Field(() => Float, { defaultValue: DEFAULT_POLICY.maxAucDrop, description: ABOUT_POLICY.maxAucDrop })
  readonly maxAucDrop!: number;

  @Field(() => String, { defaultValue: DEFAULT_POLICY.dropOn, description: ABOUT_POLICY.dropOn })
  readonly dropOn!: string;
}
