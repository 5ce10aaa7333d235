/** The audit: events of the log as people read them. */

import type { JsonObject } from "@radlite/registry/bundle";
import { AUDIT_READS } from "@radlite/registry/commands";
import type { Actor as ActorState } from "@radlite/registry/log";
import { GraphQLDateTime, GraphQLJSONObject } from "graphql-scalars";
import { ArgsType, Field, ID, Int, ObjectType } from "type-graphql";
import { Actor } from "./actors.ts";
import { PageArgs, PageInfo } from "./pages.ts";

@ObjectType({ description: "One event of the registry: who did what, when and why." })
export class AuditEntry {
  @Field(() => Int, { description: "Number of the commit that carries it: 1, 2, 3, …" })
  readonly logNumber!: number;

  @Field(() => GraphQLDateTime, { description: "When, by the writer's clock." })
  readonly at!: string;

  @Field(() => Actor, { description: "Who." })
  readonly actor!: ActorState;

  @Field(() => ID, {
    nullable: true,
    description: "Id of the request that brought it about, as its answer and the server's log name it.",
  })
  readonly requestId?: string;

  @Field(() => String, { description: "What happened, such as `AliasMoved`." })
  readonly kind!: string;

  @Field(() => ID, { nullable: true, description: "Name of the model that it is about, if it is." })
  readonly model?: string;

  @Field(() => String, { nullable: true, description: "Id of the version, run or model that it is about." })
  readonly subject?: string;

  @Field(() => String, { description: "The event in a sentence." })
  readonly summary!: string;

  @Field(() => String, { nullable: true, description: "Why, where whoever did it said so." })
  readonly reason?: string;

  @Field(() => GraphQLJSONObject, {
    complexity: 5,
    description: "All that the event says beside who and when.",
  })
  readonly details!: JsonObject;
}

@ObjectType({ description: "An event on a page, with its place in the log." })
export class AuditEdge {
  @Field(() => String, { description: "Opaque place in the log." })
  readonly cursor!: string;

  @Field(() => AuditEntry, { description: "The event." })
  readonly node!: AuditEntry;
}

@ObjectType({
  description: `A page of events, newest first. It may hold fewer than asked for, even none, and have a next page: a page reads ${AUDIT_READS.commits} commits or ${AUDIT_READS.events} events, and no further.`,
})
export class AuditConnection {
  @Field(() => [AuditEdge], { description: "Newest first." })
  readonly edges!: AuditEdge[];

  @Field(() => PageInfo, { description: "Whether there is more; `endCursor` is where reading stopped." })
  readonly pageInfo!: PageInfo;
}

@ArgsType()
export class AuditArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Events about this model alone." })
  readonly model?: string | null;

  @Field(() => [String], { nullable: true, description: "Events of these kinds alone, such as `PolicySet`." })
  readonly kinds?: string[] | null;

  @Field(() => String, { nullable: true, description: "What somebody of this name did." })
  readonly actor?: string | null;

  @Field(() => ID, { nullable: true, description: "What the request of this id brought about." })
  readonly requestId?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "From this time on." })
  readonly since?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "Up to this time." })
  readonly until?: Date | null;
}
