/** What the input of every mutation has in common. */
import { Field, InputType } from "type-graphql";

@InputType({ description: "What every mutation takes." })
export class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      "1 to 128 characters of the caller's choice. A mutation repeated with the same key happens once, and both answers are the same.",
  })
  readonly idempotencyKey?: string | null;
}
