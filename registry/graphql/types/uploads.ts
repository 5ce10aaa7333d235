/** Files for the registry that are too large for a request: where to send one. */
import type { UploadPurpose as Purpose } from "@radlite/registry/commands";
import { GraphQLDateTime, GraphQLJSONObject } from "graphql-scalars";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";

/** A radiograph's is asked for at POST /uploads. */
export const UPLOAD_PURPOSE = {
  ARTIFACT: "ARTIFACT",
  EVALUATION: "EVALUATION",
  RECIPE: "RECIPE",
  ROBUSTNESS: "ROBUSTNESS",
} as const satisfies {
  [purpose in Exclude<Purpose, "IMAGE">]: purpose;
};

registerEnumType(UPLOAD_PURPOSE, {
  name: "UploadPurpose",
  description: "What a file is for.",
  valuesConfig: {
    ARTIFACT: {
      description: "A sealed file or a gate's, for `registerVersion` or `setGate` to name by its digest.",
    },
    EVALUATION: { description: "An evaluation as a bundle has it, for `recordEvaluation` to name." },
    RECIPE: { description: "The YAML of a recipe, for `registerRecipe` to name." },
    ROBUSTNESS: {
      description: "What `radlite robustness` measured, case by case, for `recordRobustness` to name.",
    },
  },
});

@InputType({ description: "A file to send." })
export class CreateUploadInput {
  @Field(() => Int, { description: "Its length." })
  readonly bytes!: number;

  @Field(() => String, { description: "Its SHA-256, in hex." })
  readonly sha256!: string;

  @Field(() => UPLOAD_PURPOSE, { description: "What it is for." })
  readonly purpose!: keyof typeof UPLOAD_PURPOSE;
}

@ObjectType({ description: "Where to send a file, once, to be named afterwards." })
export class Upload {
  @Field(() => ID, { description: "By which it is named." })
  readonly upload!: string;

  @Field(() => String, {
    description:
      "Where to PUT the bytes: with your credentials where it is this server, and without where it is not.",
  })
  readonly url!: string;

  @Field(() => GraphQLJSONObject, { description: "The headers to send along." })
  readonly headers!: object;

  @Field(() => GraphQLDateTime, { description: "Until when." })
  readonly expiresAt!: Date;
}
