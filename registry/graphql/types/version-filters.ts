/** How a list of versions is narrowed and ordered. */
import { FILTER_LIMITS } from "@radlite/registry/commands";
import { Field, ID, InputType, registerEnumType } from "type-graphql";
import {
  ListFilter,
  NumberFilter,
  RecipeFieldFilter,
  TagFilter,
  TextFilter,
  TimeFilter,
} from "./conditions.ts";

const ON_SET = "on `metricsOn`";

@InputType({
  description: `Which versions; all conditions that are given must hold. \`and\`, \`or\` and \`not\` take filters again, ${FILTER_LIMITS.depth} levels deep at most, with ${FILTER_LIMITS.conditions} conditions and ${FILTER_LIMITS.values} values of lists in all. What a version does not have matches no condition on it, so that \`not\` lets it through.`,
})
export class VersionFilter {
  @Field(() => [VersionFilter], { nullable: true, description: "All of these hold." })
  readonly and?: VersionFilter[] | null;

  @Field(() => [VersionFilter], {
    nullable: true,
    description: "One of these holds at least; of none, none does.",
  })
  readonly or?: VersionFilter[] | null;

  @Field(() => VersionFilter, { nullable: true, description: "This does not hold." })
  readonly not?: VersionFilter | null;

  @Field(() => TextFilter, { nullable: true, description: "By the name of the model." })
  readonly model?: TextFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: "By the number within the model." })
  readonly number?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: "By the size of the sealed file in bytes." })
  readonly sizeBytes?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: "By the number of weights." })
  readonly parameters?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: "By the multiply-accumulates for one radiograph.",
  })
  readonly macs?: NumberFilter | null;

  @Field(() => TextFilter, { nullable: true, description: "By the name of the recipe." })
  readonly recipe?: TextFilter | null;

  @Field(() => TextFilter, {
    nullable: true,
    description: "By the SHA-256 of the recipe that made it, in hex.",
  })
  readonly recipeDigest?: TextFilter | null;

  @Field(() => [RecipeFieldFilter], {
    nullable: true,
    description: "By fields of the recipe that made it, as they are written there; all must hold.",
  })
  readonly recipeFields?: RecipeFieldFilter[] | null;

  @Field(() => TextFilter, {
    nullable: true,
    description: "By the family of its architecture, such as `residual`, as its recipe says.",
  })
  readonly architecture?: TextFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: "By the seed of everything random in training." })
  readonly seed?: NumberFilter | null;

  @Field(() => ListFilter, { nullable: true, description: "By the names of its compression stages." })
  readonly stages?: ListFilter | null;

  @Field(() => [TagFilter], { nullable: true, description: "By its tags; all must hold." })
  readonly tags?: TagFilter[] | null;

  @Field(() => TextFilter, {
    nullable: true,
    description: "By an alias that names it now, such as `production`.",
  })
  readonly alias?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: "By the id of the run that made it." })
  readonly runId?: TextFilter | null;

  @Field(() => TextFilter, {
    nullable: true,
    description:
      "By what it was trained on: the name of its run's data set, or the SHA-256 over the hashes of its training images; one of the two matches.",
  })
  readonly trainedOn?: TextFilter | null;

  @Field(() => ListFilter, {
    nullable: true,
    description: "By the names of the evaluation sets that it was evaluated on.",
  })
  readonly evaluatedOn?: ListFilter | null;

  @Field(() => ID, { nullable: true, description: "Only versions that learnt from this one (its id)." })
  readonly teacher?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "Only versions that came of this one (its id), over any number of steps: compressed from it or taught by it.",
  })
  readonly ancestor?: string | null;

  @Field(() => TimeFilter, { nullable: true, description: "By the time of registration." })
  readonly createdAt?: TimeFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Only archived ones, or only the others. Left out: both.",
  })
  readonly archived?: boolean | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By accuracy (point estimate, 0 to 1) ${ON_SET}.`,
  })
  readonly accuracy?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By sensitivity (point estimate, 0 to 1) ${ON_SET}.`,
  })
  readonly sensitivity?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By specificity (point estimate, 0 to 1) ${ON_SET}.`,
  })
  readonly specificity?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: `By AUC (point estimate, 0 to 1) ${ON_SET}.` })
  readonly auc?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By the mean of sensitivity and specificity (0 to 1) ${ON_SET}.`,
  })
  readonly balancedAccuracy?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By sensitivity under the change that costs most of it (0 to 1) ${ON_SET}.`,
  })
  readonly lowestSensitivity?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By specificity under the change that costs most of it (0 to 1) ${ON_SET}.`,
  })
  readonly lowestSpecificity?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: `By median milliseconds of one inference, decoding left out, ${ON_SET}.`,
  })
  readonly latencyMs?: NumberFilter | null;
}

export const VERSION_ORDER_FIELD = {
  NUMBER: "NUMBER",
  SIZE_BYTES: "SIZE_BYTES",
  PARAMETERS: "PARAMETERS",
  MACS: "MACS",
  CREATED_AT: "CREATED_AT",
  ACCURACY: "ACCURACY",
  SENSITIVITY: "SENSITIVITY",
  SPECIFICITY: "SPECIFICITY",
  AUC: "AUC",
  BALANCED_ACCURACY: "BALANCED_ACCURACY",
  LOWEST_SENSITIVITY: "LOWEST_SENSITIVITY",
  LOWEST_SPECIFICITY: "LOWEST_SPECIFICITY",
  LATENCY: "LATENCY",
} as const;
export type VersionOrderField = keyof typeof VERSION_ORDER_FIELD;

registerEnumType(VERSION_ORDER_FIELD, {
  name: "VersionOrderField",
  description: "What versions are ordered by.",
  valuesConfig: {
    NUMBER: { description: "The number within its model; equal ones by the model's name." },
    SIZE_BYTES: { description: "Bytes of the sealed file." },
    PARAMETERS: { description: "Number of weights." },
    MACS: { description: "Multiply-accumulates for one radiograph." },
    CREATED_AT: { description: "Time of registration." },
    ACCURACY: { description: "Accuracy on `metricsOn`." },
    SENSITIVITY: { description: "Sensitivity on `metricsOn`." },
    SPECIFICITY: { description: "Specificity on `metricsOn`." },
    AUC: { description: "Area under the ROC curve on `metricsOn`." },
    BALANCED_ACCURACY: { description: "The mean of sensitivity and specificity on `metricsOn`." },
    LOWEST_SENSITIVITY: {
      description: "Sensitivity on `metricsOn` under the change that costs most of it.",
    },
    LOWEST_SPECIFICITY: {
      description: "Specificity on `metricsOn` under the change that costs most of it.",
    },
    LATENCY: { description: "Median milliseconds of one inference, decoding left out, on `metricsOn`." },
  },
});

export const SORT_DIRECTION = { ASC: "ASC", DESC: "DESC" } as const;
export type SortDirection = keyof typeof SORT_DIRECTION;

registerEnumType(SORT_DIRECTION, {
  name: "SortDirection",
  description: "Which end of an order comes first.",
  valuesConfig: { ASC: { description: "Smallest first." }, DESC: { description: "Largest first." } },
});

@InputType({
  description:
    "How versions are ordered, by exactly one of `field` and `recipePath`. The order is total: equal ones keep one place, and those without a value come last in either direction.",
})
export class VersionOrder {
  @Field(() => VERSION_ORDER_FIELD, { nullable: true, description: "What to order by." })
  readonly field?: VersionOrderField | null;

  @Field(() => String, {
    nullable: true,
    description: "A field of the recipe to order by, such as `fit.rate`: numbers before texts.",
  })
  readonly recipePath?: string | null;

  @Field(() => SORT_DIRECTION, { defaultValue: SORT_DIRECTION.ASC, description: "Which end comes first." })
  readonly direction!: SortDirection;
}
