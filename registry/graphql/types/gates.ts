/** Gates: what looks at a picture before any version of a model does. */
import type { Actor as ActorState } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Actor } from "./actors.ts";
import { MutationInput } from "./mutation-input.ts";

@ObjectType({
  description:
    "Tells pictures of the kind that a data set's networks learnt from others. The same for every version of a model.",
})
export class Gate {
  @Field(() => String, { description: "SHA-256 of its file, which GET /artifacts/<sha256> gives out." })
  readonly sha256!: string;

  @Field(() => Int, { description: "Size of its file in bytes." })
  readonly sizeBytes!: number;

  @Field(() => String, {
    description: "Whom the data set shows that it was fitted to, in the words sealed in it.",
  })
  readonly population!: string;

  @Field(() => String, { description: "Why it was set." })
  readonly reason!: string;

  @Field(() => GraphQLDateTime, { description: "When it was set." })
  readonly since!: string;

  @Field(() => Actor, { description: "Who set it." })
  readonly by!: ActorState;
}

@InputType({ description: "A gate to put before every version of a model, in place of the present one." })
export class SetGateInput extends MutationInput {
  @Field(() => ID, { description: "Name of the model." })
  readonly model!: string;

  @Field(() => ID, { description: "SHA-256 of a gate's file (.rlg) that lies in the store." })
  readonly artifact!: string;

  @Field(() => String, { description: "Why; kept with it, 1 to 1000 characters." })
  readonly reason!: string;
}
