/** Versions side by side on the same radiographs. */
import { compareVersions } from "@radlite/registry/commands";
import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { EVALUATION_COST } from "../effort.ts";
import { Comparison } from "../types/comparisons.ts";
import { ABOUT_SET } from "../types/evaluation-sets.ts";

@Resolver(() => Comparison)
export class ComparisonResolver {
  @Query(() => Comparison, {
    complexity: ({ args, childComplexity }) => 1 + args.ids.length * (EVALUATION_COST + childComplexity),
    description:
      "Versions side by side, the first against each other one. BAD_INPUT when they were not evaluated on the same radiographs.",
  })
  compare(
    @Arg("ids", () => [ID], { description: "Ids of the versions: 2 to 10, each once." }) ids: string[],
    @Arg("on", () => String, { description: ABOUT_SET }) on: string,
    @Ctx() { registry }: RequestContext,
  ) {
    return compareVersions(registry, { versions: ids, on });
  }
}
