/** How a list of versions is narrowed and ordered. All conditions given must hold. */
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, InputType, registerEnumType } from "type-graphql";

@InputType({ description: "Conditions on a number; all that are given must hold." })
export class NumberFilter {
  @Field(() => Float, { nullable: true, description: "Equal to this." })
  readonly eq?: number | null;

  @Field(() => [Float], { nullable: true, description: "Equal to one of these." })
  readonly in?: number[] | null;

  @Field(() => Float, { nullable: true, description: "At least this." })
  readonly gte?: number | null;

  @Field(() => Float, { nullable: true, description: "At most this." })
  readonly lte?: number | null;
}

@InputType({ description: "Conditions on a text; all that are given must hold." })
export class TextFilter {
  @Field(() => String, { nullable: true, description: "Equal to this." })
  readonly eq?: string | null;

  @Field(() => [String], { nullable: true, description: "Equal to one of these." })
  readonly in?: string[] | null;

  @Field(() => String, { nullable: true, description: "Has this in it; case counts." })
  readonly contains?: string | null;
}

@InputType({ description: "Conditions on a time; all that are given must hold." })
export class TimeFilter {
  @Field(() => GraphQLDateTime, { nullable: true, description: "At this time or later." })
  readonly gte?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "At this time or earlier." })
  readonly lte?: Date | null;
}

@InputType({ description: "Which versions; all conditions that are given must hold." })
export class VersionFilter {
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

  @Field(() => TextFilter, { nullable: true, description: "By the id of the run that made it." })
  readonly runId?: TextFilter | null;

  @Field(() => TimeFilter, { nullable: true, description: "By the time of registration." })
  readonly createdAt?: TimeFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Only archived ones, or only the others. Left out: both.",
  })
  readonly archived?: boolean | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: "By accuracy (point estimate, 0 to 1) on `metricsOn`.",
  })
  readonly accuracy?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: "By sensitivity (point estimate, 0 to 1) on `metricsOn`.",
  })
  readonly sensitivity?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: "By specificity (point estimate, 0 to 1) on `metricsOn`.",
  })
  readonly specificity?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: "By AUC (point estimate, 0 to 1) on `metricsOn`.",
  })
  readonly auc?: NumberFilter | null;
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
} as const;
export type VersionOrderField = keyof typeof VERSION_ORDER_FIELD;

registerEnumType(VERSION_ORDER_FIELD, {
  name: "VersionOrderField",
  description: "What versions are ordered by.",
  valuesConfig: {
    NUMBER: { description: "The model's name, then the number within it." },
    SIZE_BYTES: { description: "Bytes of the sealed file." },
    PARAMETERS: { description: "Number of weights." },
    MACS: { description: "Multiply-accumulates for one radiograph." },
    CREATED_AT: { description: "Time of registration." },
    ACCURACY: { description: "Accuracy on `metricsOn`." },
    SENSITIVITY: { description: "Sensitivity on `metricsOn`." },
    SPECIFICITY: { description: "Specificity on `metricsOn`." },
    AUC: { description: "Area under the ROC curve on `metricsOn`." },
  },
});

export const SORT_DIRECTION = { ASC: "ASC", DESC: "DESC" } as const;
export type SortDirection = keyof typeof SORT_DIRECTION;

registerEnumType(SORT_DIRECTION, {
  name: "SortDirection",
  description: "Which end of an order comes first.",
  valuesConfig: { ASC: { description: "Smallest first." }, DESC: { description: "Largest first." } },
});

@InputType({ description: "How versions are ordered. The order is total: equal ones keep one place." })
export class VersionOrder {
  @Field(() => VERSION_ORDER_FIELD, { description: "What to order by." })
  readonly field!: VersionOrderField;

  @Field(() => SORT_DIRECTION, { defaultValue: SORT_DIRECTION.ASC, description: "Which end comes first." })
  readonly direction!: SortDirection;
}
