/** Versions: immutable artifacts with where they came from and how they are operated. */
import { GraphQLDateTime, GraphQLJSONObject } from "graphql-scalars";
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "./pages.ts";

@ObjectType({ description: "A key and value that people gave a version, to find it by." })
export class Tag {
  @Field(() => String, { description: "The key." })
  readonly key!: string;

  @Field(() => String, { description: "The value." })
  readonly value!: string;
}

@ObjectType({
  description: "How probabilities become verdicts; fitted on validation and sealed in the artifact.",
})
export class OperatingPoint {
  @Field(() => Float, { description: "probability = sigmoid(logit / temperature)." })
  readonly temperature!: number;

  @Field(() => Float, { description: "A calibrated probability at or above this is called PNEUMONIA." })
  readonly threshold!: number;

  @Field(() => String, {
    description: "How the threshold was chosen: `half`, `youden`, or `sensitivity:<target>`.",
  })
  readonly thresholdRule!: string;
}

@ObjectType({ description: "One compression stage as it ran." })
export class Stage {
  @Field(() => String, { description: "Name of the stage in the recipe." })
  readonly name!: string;

  @Field(() => GraphQLJSONObject, { complexity: 5, description: "Its options, as the recipe gave them." })
  readonly options!: object;

  @Field(() => GraphQLJSONObject, {
    complexity: 5,
    description: "What came of it: figures with units in their names, such as `bitsPerWeight`.",
  })
  readonly summary!: object;
}

@ObjectType({ description: "How a version was made: enough to make it again from the same radiographs." })
export class Provenance {
  @Field(() => String, { description: "SHA-256 of the recipe file, in hex." })
  readonly recipeDigest!: string;

  @Field(() => Int, { description: "Seed of everything random in training." })
  readonly seed!: number;

  @Field(() => String, {
    description: "The training radiographs: SHA-256 in hex over the sorted hashes of the images.",
  })
  readonly trainingImages!: string;

  @Field(() => Int, { description: "Number of training radiographs." })
  readonly trainingCount!: number;

  @Field(() => String, { description: "What computed it, such as `tensorflow 2.15.1 cpu`." })
  readonly backend!: string;

  @Field(() => String, {
    description:
      "SHA-256 of the network without its seal, in hex: equal for two versions that differ in calibration alone.",
  })
  readonly networkDigest!: string;
}

@ObjectType({ description: "One immutable artifact of a model, with the evidence for it." })
export class Version {
  @Field(() => ID, { description: "`<model>@<number>`." })
  readonly id!: string;

  @Field(() => Int, { description: "1, 2, 3, … within the model, in the order of registration." })
  readonly number!: number;

  @Field(() => String, { name: "sha256", description: "SHA-256 of the sealed file, in hex." })
  readonly artifact!: string;

  @Field(() => Int, { description: "Size of the sealed file in bytes." })
  readonly sizeBytes!: number;

  @Field(() => Int, { description: "Number of weights." })
  readonly parameters!: number;

  @Field(() => Float, { description: "Multiply-accumulates for one radiograph, without products of signs." })
  readonly macs!: number;

  @Field(() => String, { description: "Name of the recipe that made it." })
  readonly recipe!: string;

  @Field(() => OperatingPoint, {
    nullable: true,
    description: "Null for an artifact that is not sealed; such a version cannot be promoted.",
  })
  readonly operatingPoint?: OperatingPoint;

  @Field(() => GraphQLDateTime, { description: "When it was registered." })
  readonly createdAt!: string;

  @Field(() => String, { description: "Who registered it." })
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When it was archived; null while it is not.",
  })
  readonly archivedAt?: string;
}

export const VersionConnection = connectionOf("Version", "versions", Version);
