/** What people add to versions and recipes that they register, behind a server. */
import { type Client, graphql, type VariablesOf } from "@radlite/registry/client";

const TAG = graphql(
  "mutation ($input: TagVersionInput!) { tagVersion(input: $input) { id tags { key value } } }",
);
const ARCHIVE = graphql(
  "mutation ($input: ArchiveVersionInput!) { archiveVersion(input: $input) { id archivedAt } }",
);
const ANNOTATE = graphql(
  "mutation ($input: AnnotateInput!) { annotate(input: $input) { id notes { text at by { name role } } } }",
);
const REGISTER = graphql(
  "mutation ($input: RegisterRecipeInput!) { registerRecipe(input: $input) { name digest } }",
);

/** What the commands print of a version: more of it stays there. */
export interface RemoteTags {
  id: string;
  tags: Record<string, string>;
}

export async function tagAt(
  remote: Client,
  { set, ...rest }: { version: string; set: Record<string, string>; remove: readonly string[] },
): Promise<RemoteTags> {
  const input = {
    ...rest,
    remove: [...rest.remove],
    set: Object.entries(set).map(([key, value]) => ({ key, value })),
  };
  const { id, tags } = (await remote.ask(TAG, { input })).tagVersion;
  return { id, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) };
}

export async function archiveAt(remote: Client, input: VariablesOf<typeof ARCHIVE>["input"]) {
  return (await remote.ask(ARCHIVE, { input })).archiveVersion;
}

export async function annotateAt(remote: Client, input: VariablesOf<typeof ANNOTATE>["input"]) {
  return (await remote.ask(ANNOTATE, { input })).annotate;
}

export async function registerRecipeAt(remote: Client, text: string) {
  return (await remote.ask(REGISTER, { input: { text } })).registerRecipe;
}
