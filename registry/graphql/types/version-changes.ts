/** What people add to a version after it was registered: tags, notes, and that it is not to be used any more. */
import type { Actor as ActorState } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Actor } from "./actors.ts";
import { MutationInput } from "./mutation-input.ts";
import { TagInput } from "./version-inputs.ts";

@ObjectType({ description: "What somebody wrote about a version." })
export class Note {
  @Field(() => String, {
    description: "Markdown, as it was written: whoever shows it as HTML takes out what is not wanted there.",
  })
  readonly text!: string;

  @Field(() => GraphQLDateTime, { description: "When it was written." })
  readonly at!: string;

  @Field(() => Actor, { description: "Who wrote it." })
  readonly by!: ActorState;
}

@InputType({
  description:
    "Tags to set and to take away. A version has 8 at most, of 96 bytes of UTF-8 in all keys and values together.",
})
export class TagVersionInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => [TagInput], {
    nullable: true,
    description: "Each key once; one that is there gets the value.",
  })
  readonly set?: TagInput[] | null;

  @Field(() => [String], { nullable: true, description: "Keys; one that is not there is no error." })
  readonly remove?: string[] | null;
}

@InputType({ description: "A version that is not to be used any more, or is again." })
export class ArchiveVersionInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => Boolean, { defaultValue: true, description: "False brings it back." })
  readonly archived!: boolean;

  @Field(() => String, { description: "Why; kept in the audit, 1 to 1000 characters." })
  readonly reason!: string;
}

@InputType({ description: "A note on a version. A version has 100 at most, and none is taken away again." })
export class AnnotateInput extends MutationInput {
  @Field(() => ID, { description: "Id of the version." })
  readonly version!: string;

  @Field(() => String, { description: "Markdown, 1 to 4000 characters." })
  readonly note!: string;
}
