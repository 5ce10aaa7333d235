/**
 * Archiving: a version that is not to be used any more. It keeps its evidence and its place in every history; it cannot
 * be promoted, and is no answer to which version is the best. It can be brought back.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Registry, State, Version, VersionArchived } from "@radlite/registry/log";
import { requireModel, requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { checkReason, type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";

export interface ArchiveVersionInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  /** Default true; false brings it back. */
  archived?: boolean;
  reason: string;
}

/**
 * What is so already changes nothing.
 * @throws NOT_FOUND for the version; CONFLICT for one that an alias names: it is being used.
 */
export async function archiveVersion(registry: Registry, input: ArchiveVersionInput): Promise<Version> {
  requireCommandRole("archiveVersion", input.actor);
  const { archived = true, reason } = input;
  checkReason(reason);
  return mutate(registry, {
    command: "archiveVersion",
    input: { ...input, archived },
    decide(state, at) {
      const version = requireVersion(state, input.version);
      const { id, model, number } = version;
      if (archived) requireUnnamed(state, version);
      const event: VersionArchived = {
        ...originOf(input, at),
        ...{ kind: "VersionArchived", eventVersion: 2, model, version: number, archived, reason },
      };
      const isSo = archived === (version.archivedAt !== undefined);
      return { events: isSo ? [] : [event], outcome: done(id) };
    },
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

function requireUnnamed(state: State, { id, model, number }: Version): void {
  const [alias] =
    [...requireModel(state, model).aliases].find(([, moves]) => moves.at(-1)?.to === number) ?? [];
  if (alias === undefined) return;
  throw new RadliteError(
    "CONFLICT",
    `${id} is in ${alias}: promote another version there, or roll back, before it is archived`,
  );
}
