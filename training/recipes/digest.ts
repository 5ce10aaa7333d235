/**
 * The identity of a recipe: SHA-256 over its canonical JSON (RFC 8785) with every default filled in, so that
 * comments, order and spelling of the YAML do not count, and a changed default does. The description is left
 * out: it changes nothing that is trained.
 */
import { digestOf, encodeJson } from "@radlite/registry/bundle";
import type { Recipe } from "./recipe.ts";

/** 64 hex digits. */
export function digestRecipe(recipe: Recipe): string {
  const { description: _, ...content } = recipe;
  return digestOf(encodeJson(content));
}
