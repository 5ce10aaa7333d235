/** What the input of every mutation has in common. */
import { Field, InputType } from "type-graphql";

@InputType({ description: "What every mutation takes." })
export class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      "1 to 128 characters of the caller's choice. A request repeated with its key by the same caller happens once and is answered as the first time, whatever that answer was; another request with the key is BAD_INPUT. A key is remembered for the next 10,000 requests with one.",
  })
  readonly idempotencyKey?: string | null;
}
