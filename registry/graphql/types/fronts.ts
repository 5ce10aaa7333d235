/** The Pareto front of a model: what its versions cost and what they are worth. */
import { FRONT_LIMITS, type ParetoCost, type ParetoWorth } from "@radlite/registry/commands";
import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { ABOUT_SET } from "./evaluation-sets.ts";
import { VersionFilter } from "./version-filters.ts";
import { Version } from "./versions.ts";

export const FRONT_COST = {
  BYTES: "bytes",
  MACS: "macs",
  LATENCY: "ms",
  PARAMETERS: "parameters",
} as const satisfies Record<string, ParetoCost>;

registerEnumType(FRONT_COST, {
  name: "FrontCost",
  description: "What a version costs.",
  valuesConfig: {
    BYTES: { description: "Bytes of the sealed file." },
    MACS: { description: "Multiply-accumulates for one radiograph." },
    LATENCY: { description: "Median milliseconds of one inference, on the machine that evaluated." },
    PARAMETERS: { description: "Number of weights." },
  },
});

export const FRONT_WORTH = {
  ACCURACY: "accuracy",
  AUC: "auc",
  SPECIFICITY: "specificity",
  SENSITIVITY: "sensitivity",
  BALANCED_ACCURACY: "balancedAccuracy",
  LOWEST_SPECIFICITY: "lowestSpecificity",
} as const satisfies Record<string, ParetoWorth>;

registerEnumType(FRONT_WORTH, {
  name: "FrontWorth",
  description: "What a version is worth: a figure on the set, 0 to 1.",
  valuesConfig: {
    ACCURACY: { description: "Fraction of all cases called correctly." },
    AUC: { description: "Area under the ROC curve." },
    SPECIFICITY: { description: "Fraction of normal cases called NORMAL." },
    SENSITIVITY: { description: "Fraction of pneumonia cases called PNEUMONIA." },
    BALANCED_ACCURACY: { description: "The mean of sensitivity and specificity." },
    LOWEST_SPECIFICITY: { description: "Specificity under the change that costs most of it." },
  },
});

@ObjectType({ description: "How a figure spreads over repetitions; of one, all are the same." })
export class Spread {
  @Field(() => Float, { description: "The mean." })
  readonly mean!: number;

  @Field(() => Float, { description: "The smallest value." })
  readonly low!: number;

  @Field(() => Float, { description: "The largest value." })
  readonly high!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Standard deviation of the sample, with n - 1 in the denominator; null for a single value.",
  })
  readonly deviation?: number;
}

@ObjectType({ description: "A version, or those of one recipe that differ in their seed alone." })
export class FrontRow {
  @Field(() => [Version], { description: "One; by seed, the latest of each." })
  readonly versions!: Version[];

  @Field(() => Spread, { description: "What it costs, in the unit of the cost." })
  readonly cost!: Spread;

  @Field(() => Spread, { description: "What it is worth, 0 to 1." })
  readonly worth!: Spread;

  @Field(() => Boolean, {
    description:
      "Whether nothing else costs less and is worth as much, or is worth more and costs as little; by the means.",
  })
  readonly onFront!: boolean;
}

@ObjectType({ description: "What versions cost and are worth, all on the same radiographs." })
export class Front {
  @Field(() => String, { description: "Name of the evaluation set." })
  readonly on!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Which radiographs: SHA-256 in hex over the sorted hashes of the images, those of most versions; null where no version was evaluated.",
  })
  readonly images?: string;

  @Field(() => [FrontRow], {
    description:
      "Cheapest first: the rows on the front, and of the others those of most worth, `first` in all.",
  })
  readonly rows!: FrontRow[];

  @Field(() => Int, { description: "How many rows there are in all." })
  readonly totalCount!: number;

  @Field(() => [Version], {
    description:
      "Versions that cannot be held against the rows, `first` at most: without an evaluation on the set, or evaluated on other radiographs or under another list of changes.",
  })
  readonly leftOut!: Version[];

  @Field(() => Int, { description: "How many are left out in all." })
  readonly leftOutCount!: number;
}

@ArgsType()
export class FrontArgs {
  @Field(() => ID, { description: "Name of the model. Archived versions are no part of its front." })
  readonly model!: string;

  @Field(() => String, { description: ABOUT_SET })
  readonly on!: string;

  @Field(() => FRONT_COST, { description: "What less of is better." })
  readonly cost!: ParetoCost;

  @Field(() => FRONT_WORTH, { description: "What more of is better." })
  readonly worth!: ParetoWorth;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Versions of one recipe with several seeds as one row; of a seed the latest counts.",
  })
  readonly groupBySeed!: boolean;

  @Field(() => VersionFilter, {
    nullable: true,
    description: "Of which versions; figures are those on the same set. Left out: all.",
  })
  readonly filter?: VersionFilter | null;

  @Field(() => Int, {
    defaultValue: FRONT_LIMITS.usual,
    description: `How many rows to return at most: 1 to ${FRONT_LIMITS.most}.`,
  })
  readonly first!: number;
}
