/** Tags that people give a version after it was registered, to find it by. */
import { RadliteError } from "@radlite/model/errors";
import { checkTags } from "@radlite/registry/bundle";
import type { Registry, Version, VersionTagged } from "@radlite/registry/log";
import { requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";

export interface TagVersionInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  set?: Record<string, string>;
  /** Keys; one that the version does not have is no error. */
  remove?: readonly string[];
}

/**
 * Sets tags and takes some away; what is so already changes nothing. All that the version then has must keep to
 * TAG_LIMITS.
 * @throws NOT_FOUND for the version; BAD_INPUT for what no version may have.
 */
export async function tagVersion(registry: Registry, input: TagVersionInput): Promise<Version> {
  requireCommandRole("tagVersion", input.actor);
  const { set = {}, remove = [] } = input;
  checkChange(set, remove);
  return mutate(registry, {
    command: "tagVersion",
    input: { ...input, set, remove },
    decide(state, at) {
      const { id, model, number, tags } = requireVersion(state, input.version);
      const added = Object.entries(set).filter(([key, value]) => tagOf(tags, key) !== value);
      const removed = remove.filter((key) => tagOf(tags, key) !== undefined);
      const kept = Object.entries(tags).filter(([key]) => !remove.includes(key));
      checkTags(Object.fromEntries([...kept, ...added]));
      const tagged: VersionTagged = {
        ...originOf(input, at),
        ...{ kind: "VersionTagged", eventVersion: 1, model, version: number },
        ...{ set: Object.fromEntries(added), remove: removed },
      };
      return { events: added.length + removed.length > 0 ? [tagged] : [], outcome: done(id) };
    },
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

/** A key may be `__proto__` as well. */
const tagOf = (tags: Version["tags"], key: string): string | undefined =>
  Object.hasOwn(tags, key) ? tags[key] : undefined;

function checkChange(set: Record<string, string>, remove: readonly string[]): void {
  const both = remove.find((key) => Object.hasOwn(set, key));
  if (both !== undefined) {
    throw new RadliteError("BAD_INPUT", `tag ${JSON.stringify(both)} is to be set and removed: expected one`);
  }
  if (Object.keys(set).length + remove.length === 0) {
    throw new RadliteError("BAD_INPUT", "expected tags to set, keys to remove, or both");
  }
}
