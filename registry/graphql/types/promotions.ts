/** Promotions: the moves of an alias, what stands in the way of one, and the outcomes of asking for one. */
import { type Movement, PRODUCTION, type Role, type Rule } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import {
  createUnionType,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from "type-graphql";
import { MutationInput } from "./mutation-input.ts";
import { connectionOf } from "./pages.ts";
import { Version } from "./versions.ts";

export const RULE = {
  ARTIFACT: "artifact",
  OPERATING_POINT: "operatingPoint",
  EVALUATION: "evaluation",
  NOT_ARCHIVED: "notArchived",
  MIN_SENSITIVITY: "minSensitivity",
  MIN_SPECIFICITY: "minSpecificity",
  MIN_AUC: "minAuc",
  MAX_AUC_DROP: "maxAucDrop",
} as const satisfies Record<string, Rule>;

registerEnumType(RULE, {
  name: "Rule",
  description: "What a version must fulfil to be promoted. The first four hold or do not: limit 1, actual 0.",
  valuesConfig: {
    ARTIFACT: { description: "The stored file is there and has the digest that the registry names." },
    OPERATING_POINT: { description: "The file is sealed with a threshold of its own." },
    EVALUATION: { description: "There is an evaluation on the policy's set." },
    NOT_ARCHIVED: { description: "The version is not archived." },
    MIN_SENSITIVITY: { description: "Sensitivity, between 0 and 1, is at least the limit." },
    MIN_SPECIFICITY: { description: "Specificity, between 0 and 1, is at least the limit." },
    MIN_AUC: { description: "The AUC, between 0 and 1, is at least the limit." },
    MAX_AUC_DROP: { description: "The AUC in production minus this version's is at most the limit." },
  },
});

@ObjectType({ description: "A rule that a version breaks." })
export class FailedRule {
  @Field(() => RULE, { description: "Which rule." })
  readonly rule!: Rule;

  @Field(() => Float, { description: "What the policy asks for, in the rule's unit." })
  readonly limit!: number;

  @Field(() => Float, { description: "What the version has, in the same unit." })
  readonly actual!: number;
}

export const ROLE = {
  CALLER: "caller",
  VIEWER: "viewer",
  TRAINER: "trainer",
  APPROVER: "approver",
} as const satisfies Record<Uppercase<Role>, Role>;

registerEnumType(ROLE, {
  name: "Role",
  description: "What somebody may do.",
  valuesConfig: {
    CALLER: { description: "Have radiographs classified." },
    VIEWER: { description: "Read the registry, and what a caller may." },
    TRAINER: { description: "Start runs and register versions, and what a viewer may." },
    APPROVER: { description: "Promote and roll back, and what a trainer may." },
  },
});

@ObjectType({ description: "Who did something." })
export class Actor {
  @Field(() => String, { description: "Their name." })
  readonly name!: string;

  @Field(() => ROLE, { description: "The role they did it in." })
  readonly role!: (typeof ROLE)[keyof typeof ROLE];
}

export const MOVEMENT = { PROMOTION: "promotion", ROLLBACK: "rollback" } as const satisfies Record<
  string,
  Movement
>;

registerEnumType(MOVEMENT, {
  name: "Movement",
  description: "Which way an alias moved.",
  valuesConfig: {
    PROMOTION: { description: "To a version that was chosen." },
    ROLLBACK: { description: "Back to the version before." },
  },
});

@ObjectType({ description: "One move of an alias from one version to another." })
export class Promotion {
  @Field(() => ID, { description: "`<model>/<alias>/<ordinal>`." })
  readonly id!: string;

  @Field(() => String, { description: "The name that moved, such as `production`." })
  readonly alias!: string;

  @Field(() => Int, { description: "1, 2, 3, … within the alias, without a gap." })
  readonly ordinal!: number;

  @Field(() => MOVEMENT, { description: "Forwards or back." })
  readonly movement!: Movement;

  @Field(() => String, { description: "Why, in the words of whoever moved it." })
  readonly reason!: string;

  @Field(() => Boolean, { description: "Whether it was moved in spite of failed rules." })
  readonly forced!: boolean;

  @Field(() => [FailedRule], { description: "The rules that a forced move broke; empty otherwise." })
  readonly failedRules!: FailedRule[];

  @Field(() => GraphQLDateTime, { description: "When." })
  readonly at!: string;

  @Field(() => Actor, { description: "Who moved it." })
  readonly actor!: Actor;
}

export const PromotionConnection = connectionOf("Promotion", "promotions", Promotion);

@ObjectType({ description: "The alias moved; functions serve the version within seconds." })
export class Promoted {
  @Field(() => Promotion, { description: "The move." })
  readonly promotion!: Promotion;
}

@ObjectType({ description: "The version is not good enough; the alias is where it was." })
export class Refused {
  @Field(() => [FailedRule], { description: "Every rule that the version breaks." })
  readonly failedRules!: FailedRule[];
}

@ObjectType({
  description: "The alias does not name the version that the caller expected; it is where it was.",
})
export class Conflict {
  @Field(() => Version, { nullable: true, description: "What the alias names; null when it names nothing." })
  readonly current?: Version;
}

const OUTCOMES = { promoted: Promoted, refused: Refused, conflict: Conflict } as const;

/** The commands say which outcome it is by `kind`. */
const outcomeOf = (result: object) => OUTCOMES[(result as { kind: keyof typeof OUTCOMES }).kind];

export const PromoteResult = createUnionType({
  name: "PromoteResult",
  description: "What came of asking for a promotion.",
  types: () => [Promoted, Refused, Conflict] as const,
  resolveType: outcomeOf,
});

export const RollbackResult = createUnionType({
  name: "RollbackResult",
  description: "What came of asking for a rollback.",
  types: () => [Promoted, Conflict] as const,
  resolveType: (result) => outcomeOf(result) as typeof Promoted | typeof Conflict,
});

const EXPECTED_CURRENT =
  "Id of the version that the alias is believed to name; null: none. If it names another, the outcome is Conflict. Left out: not checked.";

@InputType({ description: "A version to move an alias to." })
export class PromoteInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => String, { defaultValue: PRODUCTION, description: "The name to move." })
  readonly alias!: string;

  @Field(() => ID, { nullable: true, description: EXPECTED_CURRENT })
  readonly expectedCurrent?: string | null;

  @Field(() => String, { description: "Why; it stays in the history." })
  readonly reason!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Promotes in spite of failed rules, which stay in the history. Needs the approver role.",
  })
  readonly force!: boolean;
}

@InputType({ description: "An alias to move back to the version before." })
export class RollbackInput extends MutationInput {
  @Field(() => ID, { description: "Name of the model." })
  readonly model!: string;

  @Field(() => String, { defaultValue: PRODUCTION, description: "The name to move." })
  readonly alias!: string;

  @Field(() => ID, { nullable: true, description: EXPECTED_CURRENT })
  readonly expectedCurrent?: string | null;

  @Field(() => String, { description: "Why; it stays in the history." })
  readonly reason!: string;
}
