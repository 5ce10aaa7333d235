/** Evaluation sets: radiographs under a name, and what is known of them beside the images. */
import { type SetRole, STANDARD_SETS, VALIDATION } from "@radlite/registry/bundle";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { MutationInput } from "./mutation-input.ts";
import { EvaluationInput } from "./version-inputs.ts";

export const SET_ROLE = {
  TUNING: "TUNING",
  TEST: "TEST",
  EXTERNAL: "EXTERNAL",
  STRESS: "STRESS",
} as const satisfies { [role in SetRole]: role };

registerEnumType(SET_ROLE, {
  name: "SetRole",
  description: "What part an evaluation set plays.",
  valuesConfig: {
    TUNING: {
      description: "Seen while networks are made: thresholds are fitted on it and versions chosen by it.",
    },
    TEST: { description: "From where the training images are, used to fit and choose nothing." },
    EXTERNAL: { description: "From elsewhere: another hospital, another population." },
    STRESS: { description: "Another set, changed harmlessly." },
  },
});

/** What an argument that names a set may be. */
export const ABOUT_SET = `Name of the evaluation set: ${STANDARD_SETS.map(({ name }) => `\`${name}\``).join(", ")}, or one that somebody defined.`;

export const DEFAULT_SET = VALIDATION;

@ObjectType({
  description:
    "Radiographs under a name, for a model's versions to be judged on. Which images it held stays with each evaluation.",
})
export class EvaluationSet {
  @Field(() => String, { description: "1 to 40 lower-case letters, digits and hyphens." })
  readonly name!: string;

  @Field(() => SET_ROLE, { description: "What part it plays." })
  readonly role!: SetRole;

  @Field(() => String, { description: "What it is and where it came from; empty while nobody has said." })
  readonly description!: string;

  @Field(() => String, {
    description: "Whose radiographs these are: ages, hospitals, devices; empty while nobody has said.",
  })
  readonly population!: string;
}

@InputType({ description: "What became of a version's answers when its radiographs came another way." })
export class RecordRobustnessInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => ID, { description: "The upload of it." })
  readonly upload!: string;
}

@InputType({
  description: "An evaluation set of a model, new or in other words. A standard one keeps its role.",
})
export class DefineEvaluationSetInput extends MutationInput {
  @Field(() => ID, { description: "Name of the model." })
  readonly model!: string;

  @Field(() => String, { description: "1 to 40 lower-case letters, digits and hyphens." })
  readonly name!: string;

  @Field(() => SET_ROLE, { description: "What part it plays." })
  readonly role!: SetRole;

  @Field(() => String, { description: "What it is and where it came from; up to 2,000 characters." })
  readonly description!: string;

  @Field(() => String, {
    description: "Whose radiographs these are: ages, hospitals, devices; up to 2,000 characters.",
  })
  readonly population!: string;
}

@InputType({ description: "An evaluation to add to a registered version." })
export class RecordEvaluationInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => EvaluationInput, {
    nullable: true,
    description: "The evaluation, on a set that the model knows; or `upload`.",
  })
  readonly evaluation?: EvaluationInput | null;

  @Field(() => ID, {
    nullable: true,
    description: "The upload of a bundle's evaluation, whole and not compact; in place of `evaluation`.",
  })
  readonly upload?: string | null;
}
