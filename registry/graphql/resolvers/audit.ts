/** What happened in the registry, event by event. */
import { readAudit } from "@radlite/registry/commands";
import { Args, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { AuditArgs, AuditConnection } from "../types/audit.ts";
import { pageCost } from "../types/pages.ts";

/** A page reads thousands of commits where little of them is wanted: two a request. */
const LOG_COST = 4_000;

@Resolver()
export class AuditResolver {
  @Query(() => AuditConnection, {
    complexity: (input) => LOG_COST + pageCost(input),
    description: "Every event that the registry ever took, newest first: who, when, what and why.",
  })
  async audit(@Args(() => AuditArgs) args: AuditArgs, @Ctx() { registry }: RequestContext) {
    const { since, until, ...rest } = dropNulls(args);
    const { edges, hasNextPage, endCursor } = await readAudit(registry, {
      ...rest,
      ...(since && { since: since.toISOString() }),
      ...(until && { until: until.toISOString() }),
    });
    const hasPreviousPage = rest.after !== undefined;
    return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor, endCursor } };
  }
}
