/**
 * What registering a version takes: the digest of an artifact that is in the store, the facts of its making
 * (a bundle's version.json) and its evaluations (validation.json, test.json). Size, parameters, macs and
 * operating point are not asked for: they are read from the bytes.
 */
import { GraphQLJSONObject } from "graphql-scalars";
import { Field, Float, ID, InputType, Int, registerEnumType } from "type-graphql";
import { MutationInput } from "./mutation-input.ts";

export const LABEL = { NORMAL: "NORMAL", PNEUMONIA: "PNEUMONIA" } as const;
export type Label = keyof typeof LABEL;

registerEnumType(LABEL, {
  name: "Label",
  description: "What a radiograph shows, by its reader.",
  valuesConfig: { NORMAL: { description: "No pneumonia." }, PNEUMONIA: { description: "Pneumonia." } },
});

@InputType({ description: "A key and value to find a version by." })
export class TagInput {
  @Field(() => String, { description: "The key." })
  readonly key!: string;

  @Field(() => String, { description: "The value." })
  readonly value!: string;
}

@InputType({ description: "One compression stage as it ran." })
export class StageInput {
  @Field(() => String, { description: "Name of the stage in the recipe." })
  readonly name!: string;

  @Field(() => GraphQLJSONObject, { description: "Its options, as the recipe gave them." })
  readonly options!: object;

  @Field(() => GraphQLJSONObject, { description: "What came of it: figures with units in their names." })
  readonly summary!: object;
}

@InputType({ description: "One radiograph and what the sealed file said of it." })
export class EvaluationCaseInput {
  @Field(() => String, { description: "SHA-256 of the image file, in hex." })
  readonly sha256!: string;

  @Field(() => LABEL, { description: "What it shows." })
  readonly label!: Label;

  @Field(() => Float, { description: "Calibrated probability of pneumonia, between 0 and 1." })
  readonly probability!: number;

  @Field(() => String, {
    nullable: true,
    description: "Which kind of what it shows, such as `bacteria` or `virus`.",
  })
  readonly subgroup?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "How the radiograph was changed before the file saw it; left out: not at all.",
  })
  readonly change?: string | null;
}

@InputType({
  description: "An evaluation of the artifact, case by case. Its figures are computed from the cases.",
})
export class EvaluationInput {
  @Field(() => String, { description: "Name of the evaluation set; the model knows it." })
  readonly set!: string;

  @Field(() => String, {
    description: "SHA-256 in hex of the sorted hashes of the images, joined by line feeds.",
  })
  readonly images!: string;

  @Field(() => String, {
    nullable: true,
    description: "For a set of changed radiographs: SHA-256 in hex of the list of its changes.",
  })
  readonly changes?: string | null;

  @Field(() => Float, { description: "Temperature sealed in the artifact." })
  readonly temperature!: number;

  @Field(() => Float, { description: "Threshold sealed in the artifact." })
  readonly threshold!: number;

  @Field(() => String, { description: "Its rule: `half`, `youden`, or `sensitivity:<target>`." })
  readonly thresholdRule!: string;

  @Field(() => String, { description: "The engine that ran it, such as `reference`." })
  readonly engine!: string;

  @Field(() => Float, { description: "Median milliseconds of one inference, decoding left out." })
  readonly latencyMs!: number;

  @Field(() => Float, { description: "Expected calibration error at temperature 1, between 0 and 1." })
  readonly eceBefore!: number;

  @Field(() => Float, {
    description: "Expected calibration error at the sealed temperature, between 0 and 1.",
  })
  readonly eceAfter!: number;

  @Field(() => [EvaluationCaseInput], { description: "Every radiograph of the set, once." })
  readonly cases!: EvaluationCaseInput[];
}

@InputType({ description: "A version to register. Its artifact must be in the store already." })
export class RegisterVersionInput extends MutationInput {
  @Field(() => ID, { description: "Name of the model it belongs to." })
  readonly model!: string;

  @Field(() => String, { description: "SHA-256 of the sealed file in the store, in hex." })
  readonly sha256!: string;

  @Field(() => String, { description: "Name of the recipe that made it." })
  readonly recipe!: string;

  @Field(() => String, {
    nullable: true,
    description: "The recipe's YAML, to be kept with the version; its digest is `recipeDigest`.",
  })
  readonly recipeText?: string | null;

  @Field(() => String, { description: "SHA-256 of the recipe file, in hex." })
  readonly recipeDigest!: string;

  @Field(() => Int, { description: "Seed of everything random in training." })
  readonly seed!: number;

  @Field(() => [StageInput], { defaultValue: [], description: "The compression stages, in order." })
  readonly stages!: StageInput[];

  @Field(() => String, {
    nullable: true,
    description: "SHA-256 of the artifact it was compressed from, in hex.",
  })
  readonly parent?: string | null;

  @Field(() => String, { nullable: true, description: "SHA-256 of the artifact it learnt from, in hex." })
  readonly teacher?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: "In place of `teacher`: those of all that it learnt from, 8 at most.",
  })
  readonly teachers?: string[] | null;

  @Field(() => String, {
    description: "SHA-256 in hex of the sorted hashes of the training radiographs, joined by line feeds.",
  })
  readonly trainingImages!: string;

  @Field(() => Int, { description: "Number of training radiographs." })
  readonly trainingCount!: number;

  @Field(() => String, { description: "What computed it, such as `tensorflow 2.15.1 cpu`." })
  readonly backend!: string;

  @Field(() => ID, { nullable: true, description: "Id of the run that made it." })
  readonly run?: string | null;

  @Field(() => [TagInput], { defaultValue: [], description: "Keys and values to find it by; each key once." })
  readonly tags!: TagInput[];

  @Field(() => [EvaluationInput], { defaultValue: [], description: "At most one for each evaluation set." })
  readonly evaluations!: EvaluationInput[];
}

@InputType({ description: "Versions to register together." })
export class RegisterVersionsInput extends MutationInput {
  @Field(() => [RegisterVersionInput], {
    description:
      "1 to 100, each of another artifact, without keys of their own; their files have 512 MiB together at most.",
  })
  readonly versions!: RegisterVersionInput[];
}
