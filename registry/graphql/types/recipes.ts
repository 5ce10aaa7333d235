/** Recipes as they were run, kept under their digests. */
import { Field, ID, ObjectType } from "type-graphql";

// `value` and `versions` are resolved: the one is parsed, the other looked up.

@ObjectType({ description: "A recipe as it was run." })
export class Recipe {
  @Field(() => ID, { description: "SHA-256 of its text, in hex." })
  readonly digest!: string;

  @Field(() => String, { description: "Its name." })
  readonly name!: string;

  @Field(() => String, { description: "The YAML, byte for byte." })
  readonly text!: string;
}
