/**
 * What recipes say, by their digests: the YAML as it was written, without what it leaves out to defaults. A recipe
 * never changes, so it is read and parsed once for as long as the registry is open, up to as many as are kept.
 */
import { RadliteError } from "@radlite/model/errors";
import { type JsonObject, type JsonValue, parseYamlText } from "@radlite/registry/bundle";
import type { Registry } from "@radlite/registry/log";
import { readRecipe } from "./recipes.ts";

/** Undefined where the text was not kept, or says nothing that can be read. */
export type RecipeLookup = (digest: string) => JsonObject | undefined;

const KEPT = 20_000; // of 64 KiB at most, usually 1 KiB
const READ_AT_MOST = 2_000; // for one query
const WIDTH = 64; // requests under way at once
const ABSENT_MS = 2_000; // for so long one that is not there is not looked for again, as by the lists of one query

const caches = new WeakMap<Registry, Map<string, JsonObject>>();
/** Until when by `performance.now()`. */
const absent = new WeakMap<Registry, Map<string, number>>();

/** @throws BAD_INPUT for more recipes than one query may have read. */
export async function lookUpRecipes(registry: Registry, digests: Iterable<string>): Promise<RecipeLookup> {
  const cache = caches.get(registry) ?? new Map<string, JsonObject>();
  caches.set(registry, cache);
  const gone = absent.get(registry) ?? new Map<string, number>();
  absent.set(registry, gone);
  const now = performance.now();
  for (const [digest, untilMs] of gone) if (untilMs <= now) gone.delete(digest);
  const wanted = new Set(digests);
  const missing = [...wanted].filter((digest) => !cache.has(digest) && !gone.has(digest));
  if (missing.length > READ_AT_MOST) {
    throw new RadliteError(
      "BAD_INPUT",
      `this asks for fields of ${missing.length} recipes that were not read before, of ${READ_AT_MOST} allowed: narrow the filter first, by model, recipe, time or figures`,
    );
  }
  const found = new Map<string, JsonObject | undefined>(
    [...wanted].filter((digest) => cache.has(digest)).map((one) => [one, cache.get(one)]),
  );
  for (let start = 0; start < missing.length; start += WIDTH) {
    const values = await Promise.all(
      missing.slice(start, start + WIDTH).map(async (digest) => {
        const text = await readRecipe(registry.store, digest);
        return [digest, text === undefined ? undefined : parseRecipeText(text)] as const;
      }),
    );
    for (const [digest, value] of values) {
      found.set(digest, value);
      if (value) keep(cache, digest, value);
      else gone.set(digest, now + ABSENT_MS); // it may come
    }
  }
  return (digest) => found.get(digest);
}

function keep(cache: Map<string, JsonObject>, digest: string, value: JsonObject): void {
  if (cache.size >= KEPT) cache.delete(cache.keys().next().value!); // the oldest
  cache.set(digest, value);
}

/** Undefined for what is no YAML mapping, or too deep for one; aliases are refused, as recipes themselves refuse them. */
export function parseRecipeText(text: string): JsonObject | undefined {
  try {
    const document = parseYamlText(text, "the recipe");
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param path keys from the outside in between dots, places in a list from 0: `stages.0.sparsity`. */
export function readField(value: JsonObject | undefined, path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^\d+$/.test(key) ? at[Number(key)] : undefined;
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

/**
 * A field as text; lists and mappings as JSON. Undefined where the recipe does not say it, or was not kept.
 * @throws BAD_INPUT for what is no path.
 */
export async function readRecipeField(
  registry: Registry,
  digest: string,
  path: string,
): Promise<string | undefined> {
  const keys = parsePath(path);
  const recipes = await lookUpRecipes(registry, [digest]);
  const value = readField(recipes(digest), keys);
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

const PATH = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;

/** @throws BAD_INPUT for what is no path. */
export function parsePath(path: string): string[] {
  if (PATH.test(path)) return path.split(".");
  throw new RadliteError(
    "BAD_INPUT",
    `${JSON.stringify(path.slice(0, 100))} is no field of a recipe: expected keys between dots, such as fit.rate or stages.0.sparsity, 8 at most`,
  );
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
