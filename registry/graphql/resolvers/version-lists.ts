/** The arguments of every list of versions, and the page that they ask for. */
import {
  type VersionFilter as CommandFilter,
  countConditions,
  findVersions,
} from "@radlite/registry/commands";
import type { Version } from "@radlite/registry/log";
import { ArgsType, Field } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { dropNulls, type WithoutNulls } from "../nulls.ts";
import { ABOUT_SET, DEFAULT_SET } from "../types/evaluation-sets.ts";
import { type Connection, PageArgs, toConnection } from "../types/pages.ts";
import { VersionFilter, VersionOrder } from "../types/version-filters.ts";

@ArgsType()
export class VersionsArgs extends PageArgs {
  @Field(() => VersionFilter, { nullable: true, description: "Which ones; left out: all." })
  readonly filter?: VersionFilter | null;

  @Field(() => VersionOrder, {
    nullable: true,
    description: "In which order; left out: the latest registered first.",
  })
  readonly orderBy?: VersionOrder | null;

  @Field(() => String, {
    defaultValue: DEFAULT_SET,
    description: `Whose figures filter and order use. A version not evaluated there matches no filter on figures. ${ABOUT_SET}`,
  })
  readonly metricsOn!: string;
}

/** As long as a version is looked at for its place in an order. */
const CONDITIONS_A_LOOK = 16;

/** How often a filter looks at each version. */
export const countLooks = (filter: CommandFilter | undefined): number =>
  filter ? countConditions(filter) / CONDITIONS_A_LOOK : 0;

/** @param model narrows the page to the versions of that model, besides what the filter says. */
export async function pageVersions(
  { registry, state, effort }: RequestContext,
  args: VersionsArgs,
  model?: string,
): Promise<Connection<Version>> {
  const { filter, ...rest } = dropNulls(args);
  const given = filter && toFilter(filter);
  const looks = 1 + countLooks(given);
  for (const [name, { versions }] of state.models)
    if (model === undefined || name === model) effort.lookThrough(looks * versions.length);
  const page = await findVersions(registry, state, {
    ...rest,
    ...(given && { filter: given }),
    ...(model !== undefined && { model }),
  });
  return toConnection(page, args);
}

/** Times as the commands take them. */
export function toFilter({
  and,
  or,
  not,
  createdAt,
  ...conditions
}: WithoutNulls<VersionFilter>): CommandFilter {
  return {
    ...conditions,
    ...(and && { and: and.map(toFilter) }),
    ...(or && { or: or.map(toFilter) }),
    ...(not && { not: toFilter(not) }),
    ...(createdAt && {
      createdAt: {
        ...(createdAt.gte && { gte: createdAt.gte.toISOString() }),
        ...(createdAt.lte && { lte: createdAt.lte.toISOString() }),
      },
    }),
  };
}
