/** Aliases: names of a model that move from version to version. */
import type { Actor as ActorState } from "@radlite/registry/log";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { Actor } from "./actors.ts";
import { Version } from "./versions.ts";

@ObjectType({ description: "A name that a version bears at present, such as `production`." })
export class Alias {
  @Field(() => String, { description: "The name." })
  readonly name!: string;

  @Field(() => Version, { description: "The version that bears it." })
  readonly version!: Version;

  @Field(() => GraphQLDateTime, { description: "Since when." })
  readonly since!: string;

  @Field(() => Actor, { description: "Who put it there." })
  readonly by!: ActorState;
}
