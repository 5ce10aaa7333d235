/** Conditions that filters are made of. All that one names must hold. */
import { GraphQLDateTime } from "graphql-scalars";
import { Field, Float, InputType } from "type-graphql";

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

@InputType({ description: "Conditions on a text; all that are given must hold. Case counts." })
export class TextFilter {
  @Field(() => String, { nullable: true, description: "Equal to this." })
  readonly eq?: string | null;

  @Field(() => [String], { nullable: true, description: "Equal to one of these." })
  readonly in?: string[] | null;

  @Field(() => String, { nullable: true, description: "Has this in it; case counts." })
  readonly contains?: string | null;

  @Field(() => String, { nullable: true, description: "Begins with this; case counts." })
  readonly startsWith?: string | null;
}

@InputType({ description: "Conditions on a time; all that are given must hold." })
export class TimeFilter {
  @Field(() => GraphQLDateTime, { nullable: true, description: "At this time or later." })
  readonly gte?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "At this time or earlier." })
  readonly lte?: Date | null;
}

@InputType({ description: "Conditions on a list of names; all that are given must hold." })
export class ListFilter {
  @Field(() => String, { nullable: true, description: "This is one of them." })
  readonly has?: string | null;

  @Field(() => [String], { nullable: true, description: "One of these at least is among them." })
  readonly hasAny?: string[] | null;

  @Field(() => [String], { nullable: true, description: "All of these are among them." })
  readonly hasAll?: string[] | null;

  @Field(() => [String], { nullable: true, description: "None of these is among them." })
  readonly hasNone?: string[] | null;
}

@InputType({ description: "A tag that a version has." })
export class TagFilter {
  @Field(() => String, { description: "Its key." })
  readonly key!: string;

  @Field(() => TextFilter, { nullable: true, description: "Its value; left out: any." })
  readonly value?: TextFilter | null;
}

@InputType({
  description:
    "A field of the recipe, by its place in the YAML; all conditions that are given must hold. One that the recipe leaves out, or whose recipe was not kept, matches none.",
})
export class RecipeFieldFilter {
  @Field(() => String, {
    description:
      "Keys from the outside in, between dots, places in a list counted from 0: `fit.rate`, `input.size`, `stages.0.sparsity`.",
  })
  readonly path!: string;

  @Field(() => String, {
    nullable: true,
    description: "Equal to this: a number to its value however it is written, anything else to its text.",
  })
  readonly eq?: string | null;

  @Field(() => Float, { nullable: true, description: "A number of at least this." })
  readonly gte?: number | null;

  @Field(() => Float, { nullable: true, description: "A number of at most this." })
  readonly lte?: number | null;

  @Field(() => [String], { nullable: true, description: "Equal to one of these." })
  readonly in?: string[] | null;
}
