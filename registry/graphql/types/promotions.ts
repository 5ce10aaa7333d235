/** Promotions: the moves of an alias, what stands in the way of one, and the outcomes of asking for one. */
import { type Movement, PRODUCTION } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { Actor } from "./actors.ts";
import { MutationInput } from "./mutation-input.ts";
import { connectionOf } from "./pages.ts";
import { CheckedRule, FailedRule } from "./policies.ts";
import { Version } from "./versions.ts";

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

@ObjectType({ description: "What `promote` would decide of a version now. Nothing is moved." })
export class PromotionCheck {
  @Field(() => Boolean, { description: "Whether every rule holds." })
  readonly passes!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether what does not hold could be forced: it cannot, where the version could not be served.",
  })
  readonly canBeForced!: boolean;

  @Field(() => Version, { nullable: true, description: "What the alias names now; null: nothing." })
  readonly current?: Version | undefined;

  @Field(() => [CheckedRule], { description: "Every rule, whether it holds or not." })
  readonly rules!: CheckedRule[];
}
