/**
 * recipes/<sha256>.yaml: the texts of recipes as they were run, immutable, named by the versions that came of them,
 * so that what made a version can be read for as long as the version can.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestOf, type RecipeName } from "@radlite/registry/bundle";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import type { StoredBytes } from "./stored-objects.ts";

export const RECIPE_PREFIX = "recipes/";

/** Of UTF-8; the longest that ships has 4,000. */
const MAX_RECIPE_BYTES = 65_536;

/** The text as an object to be stored. @throws BAD_INPUT for one that is too long or not the one of that name. */
export function toRecipeObject(text: string, { name, digest }: RecipeName): StoredBytes {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_RECIPE_BYTES) {
    throw new RadliteError(
      "BAD_INPUT",
      `the recipe ${name} has ${bytes.length} bytes, expected at most ${MAX_RECIPE_BYTES}`,
    );
  }
  const actual = digestOf(bytes);
  if (actual !== digest) {
    throw new RadliteError(
      "BAD_INPUT",
      `the text of recipe ${name} has the digest ${actual}, but the version was made by ${digest}: is this its recipe.yaml?`,
    );
  }
  return { key: keyOf(digest), bytes };
}

export async function storeRecipe(store: ObjectStore, { key, bytes }: StoredBytes): Promise<void> {
  await store.create(key, bytes).catch((error) => {
    if (!isConflict(error)) throw error; // the same text is there: a name is a digest
  });
}

/**
 * The text of a recipe; undefined where none was kept, as of versions of the first release.
 * @throws UNAVAILABLE when its bytes changed in the store.
 */
export async function readRecipe(store: ObjectStore, digest: string): Promise<string | undefined> {
  const found = await store.get(keyOf(digest));
  if (!found) return undefined;
  if (digestOf(found.bytes) === digest) return new TextDecoder().decode(found.bytes);
  throw new RadliteError("UNAVAILABLE", `recipe ${digest} is damaged in the store: put it back from a copy`);
}

const keyOf = (digest: string): string => `${RECIPE_PREFIX}${digest}.yaml`;
