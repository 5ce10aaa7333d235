/** fsck's look at recipes: what somebody registered is there, and what is there has its digest. */
import { digestOf } from "@radlite/registry/bundle";
import type { RecipeRegistered, RegistryEvent } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import type { FsckProblem } from "./fsck.ts";
import { RECIPE_PREFIX } from "./recipes.ts";

export async function checkRecipes(
  store: ObjectStore,
  events: readonly RegistryEvent[],
): Promise<FsckProblem[]> {
  const registered = events.filter((event): event is RecipeRegistered => event.kind === "RecipeRegistered");
  const missing = new Map(registered.map(({ recipe: { name, digest } }) => [digest, name]));
  const problems: FsckProblem[] = [];
  for await (const key of store.list(RECIPE_PREFIX)) {
    const [, digest] = /^recipes\/([0-9a-f]{64})\.yaml$/.exec(key) ?? [];
    const found = digest === undefined ? undefined : await store.get(key);
    if (!found || digest === undefined) continue; // nobody's, or deleted since it was listed
    missing.delete(digest);
    if (digestOf(found.bytes) === digest) continue;
    problems.push({
      kind: "DAMAGED_RECIPE",
      key,
      message: "its text has another digest, and is neither shown nor trained by: put it back from a copy",
    });
  }
  for (const [digest, name] of missing) {
    problems.push({
      kind: "MISSING_RECIPE",
      key: `${RECIPE_PREFIX}${digest}.yaml`,
      message: `nobody can train by ${name} until a text of this SHA-256 lies there again`,
    });
  }
  return problems;
}
