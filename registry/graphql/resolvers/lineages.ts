/** Where a version came from, what came of it, and the names that it bears. */
import {
  aliasesOf,
  listAliases,
  listChildren,
  MAX_LINEAGE,
  readLineage,
  teachersOf,
} from "@radlite/registry/commands";
import { findArtifact, type Version as VersionState } from "@radlite/registry/log";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { Alias } from "../types/aliases.ts";
import { Lineage } from "../types/lineages.ts";
import { PageArgs, pageCost, toConnection } from "../types/pages.ts";
import { Version, VersionConnection } from "../types/versions.ts";

/** What a lineage usually holds; more is answered too, up to the limit. */
const USUAL_LINEAGE = MAX_LINEAGE / 4;

@Resolver()
export class LineageResolver {
  @Query(() => Lineage, {
    complexity: ({ childComplexity }) => 1 + USUAL_LINEAGE * childComplexity,
    description:
      "All that a version came of and all that came of it. BAD_INPUT where these are too many for one answer: `versions(filter: { ancestor })` has pages.",
  })
  lineage(
    @Arg("version", () => ID, { description: "Id of the version." }) version: string,
    @Ctx() { state }: RequestContext,
  ) {
    return readLineage(state, version);
  }

  @Query(() => [Alias], { description: "The names that a model's versions bear at present, by name." })
  aliases(
    @Arg("model", () => ID, { description: "Name of the model." }) model: string,
    @Ctx() { state }: RequestContext,
  ) {
    return listAliases(state, model);
  }
}

@Resolver(() => Version)
export class KinResolver {
  @FieldResolver(() => Version, {
    nullable: true,
    description: "What it was compressed from; null when nothing is known of it here.",
  })
  parent(@Root() { parent }: VersionState, @Ctx() { state }: RequestContext) {
    return parent === undefined ? undefined : findArtifact(state, parent);
  }

  @FieldResolver(() => VersionConnection, {
    complexity: pageCost,
    description: "What was compressed from it, in the order of registration.",
  })
  children(
    @Root() version: VersionState,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { state }: RequestContext,
  ) {
    return toConnection(listChildren(state, version, dropNulls(page)), page);
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description:
      "What it learnt from by distillation, the first of several; null when nothing is known of it here.",
  })
  teacher(@Root() version: VersionState, @Ctx() { state }: RequestContext) {
    const [teacher] = teachersOf(version);
    return teacher === undefined ? undefined : findArtifact(state, teacher);
  }

  @FieldResolver(() => [Version], {
    description: "All that it learnt from by distillation, as far as they are known here.",
  })
  teachers(@Root() version: VersionState, @Ctx() { state }: RequestContext) {
    return teachersOf(version).flatMap((digest) => findArtifact(state, digest) ?? []);
  }

  @FieldResolver(() => [Alias], { description: "The names that it bears at present, by name." })
  aliases(@Root() version: VersionState, @Ctx() { state }: RequestContext) {
    return aliasesOf(state, version);
  }
}
