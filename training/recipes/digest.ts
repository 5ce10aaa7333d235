/**
 * The identity of a recipe: SHA-256 over its content with every default filled in and keys in order, so that
 * comments, order and spelling of the YAML do not count, and a changed default does. The description is left
 * out: it changes nothing that is trained.
 */
import { createHash } from "node:crypto";
import type { Recipe } from "./recipe.ts";

/** 64 hex digits. */
export function digestRecipe(recipe: Recipe): string {
  const { description: _, ...content } = recipe;
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(content)))
    .digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
