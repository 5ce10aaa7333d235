/** Tags as GraphQL has them, a list, and as the registry does. */
import { RadliteError } from "@radlite/model/errors";
import type { TagInput } from "../types/version-inputs.ts";

/** @throws BAD_INPUT for a key that is there twice: one of the two would be lost. */
export function toRecord(tags: readonly TagInput[]): Record<string, string> {
  const twice = tags.find(({ key }, i) => tags.findIndex((tag) => tag.key === key) < i);
  if (!twice) return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  throw new RadliteError(
    "BAD_INPUT",
    `tags have the key ${JSON.stringify(twice.key)} twice: expected each key once`,
  );
}
