/**
 * recipes/<sha256>.yaml: the texts of recipes, immutable, named by the versions that came of them, so that what made a
 * version can be read for as long as the version can, and by whoever registered one to train by.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestOf, type RecipeName } from "@radlite/registry/bundle";
import type { HeldRecipe, RecipeRegistered, Registry, State } from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";
import { confirmStored, type StoredBytes } from "./stored-objects.ts";

export const RECIPE_PREFIX = "recipes/";

/** Of UTF-8; the longest that ships has 4,000. */
export const MAX_RECIPE_BYTES = 65_536;

/**
 * What a text says of itself if it is a recipe; whoever can train knows.
 * @throws BAD_INPUT that lists every fault with its line.
 */
export type ValidateRecipe = (text: string) => { name: string; model: string };

export interface RegisterRecipeInput extends Mutation {
  /** YAML, at most MAX_RECIPE_BYTES of UTF-8. */
  text: string;
}

/** A text that is registered already is not registered twice. @throws BAD_INPUT. */
export async function registerRecipe(
  registry: Registry,
  input: RegisterRecipeInput,
  validate: ValidateRecipe,
): Promise<HeldRecipe> {
  requireCommandRole("registerRecipe", input.actor);
  const { text } = input;
  const bytes = new TextEncoder().encode(text);
  requireShort(bytes.length, "the recipe");
  const { name, model } = validate(text);
  const digest = digestOf(bytes);
  const object = { key: keyOf(digest), bytes };
  return mutate(registry, {
    command: "registerRecipe",
    input: { ...input },
    async prepare() {
      await storeRecipe(registry.store, object);
    },
    decide(state, at) {
      const registered: RecipeRegistered = {
        ...originOf(input, at),
        ...{ kind: "RecipeRegistered", eventVersion: 1, model, recipe: { name, digest } },
      };
      return { events: state.recipes.has(digest) ? [] : [registered], outcome: done(digest) };
    },
    confirm: () => confirmStored(registry.store, [object]),
    answer: (state, outcome) => requireRecipe(state, subjectOf(outcome)),
  });
}

/** @throws NOT_FOUND for a digest that nobody registered. */
export function requireRecipe(state: State, digest: string): HeldRecipe {
  const recipe = state.recipes.get(digest);
  if (recipe) return recipe;
  throw new RadliteError(
    "NOT_FOUND",
    `nobody has registered a recipe with the SHA-256 ${digest.slice(0, 80)}`,
  );
}

/** The text as an object to be stored. @throws BAD_INPUT for one that is too long or not the one of that name. */
export function toRecipeObject(text: string, { name, digest }: RecipeName): StoredBytes {
  const bytes = new TextEncoder().encode(text);
  requireShort(bytes.length, `the recipe ${name}`);
  const actual = digestOf(bytes);
  if (actual !== digest) {
    throw new RadliteError(
      "BAD_INPUT",
      `the text of recipe ${name} has the digest ${actual}, but ${digest} was expected: is this its recipe.yaml?`,
    );
  }
  return { key: keyOf(digest), bytes };
}

function requireShort(sizeBytes: number, what: string): void {
  if (sizeBytes <= MAX_RECIPE_BYTES) return;
  throw new RadliteError("BAD_INPUT", `${what} has ${sizeBytes} bytes, expected at most ${MAX_RECIPE_BYTES}`);
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
