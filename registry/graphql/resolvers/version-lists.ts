/** The arguments of every list of versions, and the page that they ask for. */
import { listVersions } from "@radlite/registry/commands";
import type { State, Version } from "@radlite/registry/log";
import { ArgsType, Field } from "type-graphql";
import { dropNulls } from "../nulls.ts";
import { ABOUT_SET, DEFAULT_SET } from "../types/evaluation-sets.ts";
import { type Connection, PageArgs, toConnection } from "../types/pages.ts";
import { VersionFilter, VersionOrder } from "../types/version-filters.ts";

@ArgsType()
export class VersionsArgs extends PageArgs {
  @Field(() => VersionFilter, { nullable: true, description: "Which ones; left out: all." })
  readonly filter?: VersionFilter | null;

  @Field(() => VersionOrder, {
    nullable: true,
    description: "In which order; left out: by model, the newest version first.",
  })
  readonly orderBy?: VersionOrder | null;

  @Field(() => String, {
    defaultValue: DEFAULT_SET,
    description: `Whose figures filter and order use. A version not evaluated there matches no filter on figures. ${ABOUT_SET}`,
  })
  readonly metricsOn!: string;
}

/** @param model narrows the page to the versions of that model, besides what the filter says. */
export function pageVersions(state: State, args: VersionsArgs, model?: string): Connection<Version> {
  const { filter, ...rest } = dropNulls(args);
  const { createdAt, ...conditions } = filter ?? {};
  const page = listVersions(state, {
    ...rest,
    filter: {
      ...conditions,
      ...(createdAt && {
        createdAt: { gte: createdAt.gte?.toISOString(), lte: createdAt.lte?.toISOString() },
      }),
      ...(model !== undefined && { model: { ...conditions.model, eq: model } }),
    },
  });
  return toConnection(page, args);
}
