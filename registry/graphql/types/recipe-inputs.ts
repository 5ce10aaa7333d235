/** What registering a recipe takes. */
import { Field, ID, InputType } from "type-graphql";
import { MutationInput } from "./mutation-input.ts";

@InputType({ description: "A recipe to train by: its text, or an upload of it." })
export class RegisterRecipeInput extends MutationInput {
  @Field(() => String, {
    nullable: true,
    description: "YAML of at most 65536 bytes, as docs/recipe.md has it; or `upload`.",
  })
  readonly text?: string | null;

  @Field(() => ID, { nullable: true, description: "The upload of the text, in place of `text`." })
  readonly upload?: string | null;
}
