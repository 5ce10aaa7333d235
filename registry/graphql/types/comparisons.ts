/** Comparisons of versions on the same radiographs, case by case. */
import { Field, Float, Int, ObjectType } from "type-graphql";
import { Metrics } from "./evaluations.ts";
import { Version } from "./versions.ts";

@ObjectType({ description: "One of the versions compared, with its figures on the common set." })
export class ComparedVersion {
  @Field(() => Version, { description: "The version." })
  readonly version!: Version;

  @Field(() => Metrics, { description: "Its figures." })
  readonly metrics!: Metrics;
}

@ObjectType({ description: "Two versions, radiograph by radiograph." })
export class PairedComparison {
  @Field(() => Version, { description: "The first of the versions asked for." })
  readonly first!: Version;

  @Field(() => Version, { description: "One of the others." })
  readonly second!: Version;

  @Field(() => Int, { description: "Radiographs on which their verdicts differ." })
  readonly flipped!: number;

  @Field(() => Int, { description: "Radiographs that the first alone called correctly." })
  readonly onlyFirst!: number;

  @Field(() => Int, { description: "Radiographs that the second alone called correctly." })
  readonly onlySecond!: number;

  @Field(() => Float, {
    description:
      "McNemar's exact test, two-sided: how likely a difference of this size is if both are equally good.",
  })
  readonly pValue!: number;
}

@ObjectType({ description: "Versions side by side on the same radiographs." })
export class Comparison {
  @Field(() => String, { name: "on", description: "Name of the evaluation set." })
  readonly set!: string;

  @Field(() => String, {
    description: "Which radiographs: SHA-256 in hex over the sorted hashes of the images.",
  })
  readonly images!: string;

  @Field(() => [ComparedVersion], { description: "In the order asked for." })
  readonly versions!: ComparedVersion[];

  @Field(() => [PairedComparison], { description: "The first version against each other one." })
  readonly pairs!: PairedComparison[];
}
