/** Tagging, annotating and archiving versions. */
import { annotate, archiveVersion, readNotes, tagVersion } from "@radlite/registry/commands";
import type { Version as VersionState } from "@radlite/registry/log";
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { committed, type RequestContext } from "../context.ts";
import { dropNulls } from "../nulls.ts";
import { AnnotateInput, ArchiveVersionInput, Note, TagVersionInput } from "../types/version-changes.ts";
import { Version } from "../types/versions.ts";
import { toRecord } from "./tags.ts";

/** Each is read from its commit; most versions have none. */
const NOTES_COST = 10;

@Resolver(() => Version)
export class VersionChangeResolver {
  @Mutation(() => Version, {
    description: "Sets tags of a version and takes some away; what is so already changes nothing.",
  })
  tagVersion(
    @Arg("input", () => TagVersionInput, { description: "Which tags of which version." })
    input: TagVersionInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    const { set = [], ...rest } = dropNulls(input);
    return committed(context, tagVersion(registry, { ...rest, set: toRecord(set), ...asker }));
  }

  @Mutation(() => Version, {
    description:
      "Takes a version out of use, or brings it back. It cannot be promoted while it is archived. CONFLICT for one that an alias names.",
  })
  archiveVersion(
    @Arg("input", () => ArchiveVersionInput, { description: "Which version, and why." })
    input: ArchiveVersionInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, archiveVersion(registry, { ...dropNulls(input), ...asker }));
  }

  @Mutation(() => Version, { description: "Adds a note to a version. With a key it is added once." })
  annotate(
    @Arg("input", () => AnnotateInput, { description: "The note and of which version." })
    input: AnnotateInput,
    @Ctx() context: RequestContext,
  ) {
    const { registry, asker } = context;
    return committed(context, annotate(registry, { ...dropNulls(input), ...asker }));
  }

  @FieldResolver(() => [Note], {
    complexity: ({ childComplexity }) => NOTES_COST * (1 + childComplexity),
    description: "What people wrote about it, oldest first.",
  })
  notes(@Root() version: VersionState, @Ctx() { registry, effort }: RequestContext) {
    effort.readCommits(version.notes?.length ?? 0);
    return readNotes(registry, version);
  }
}
