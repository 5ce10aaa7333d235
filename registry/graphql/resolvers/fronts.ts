/** The Pareto front of a model. */
import { findFront } from "@radlite/registry/commands";
import { Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Front, FrontArgs, FrontRow } from "../types/fronts.ts";
import { countLooks, toFilter } from "./version-lists.ts";

/** Every version is looked at, and put into a row; beside what the filter takes. */
const LOOKS = 2;

@Resolver(() => FrontRow)
export class FrontResolver {
  @Query(() => Front, {
    complexity: ({ args, childComplexity }) => 1 + Math.max(1, args.first) * childComplexity,
    description:
      "What a model's versions cost and are worth, and which of them nothing else beats. All are of the same radiographs: those of most versions.",
  })
  paretoFront(@Args(() => FrontArgs) args: FrontArgs, @Ctx() { registry, state, effort }: RequestContext) {
    const { filter, ...rest } = dropNulls(args);
    const given = filter && toFilter(filter);
    effort.lookThrough((LOOKS + countLooks(given)) * (state.models.get(args.model)?.versions.length ?? 0));
    return findFront(registry, state, { ...rest, ...(given && { filter: given }) });
  }

  @FieldResolver(() => Int, { description: "How many versions it is the spread of." })
  seeds(@Root() { versions }: FrontRow) {
    return versions.length;
  }
}
