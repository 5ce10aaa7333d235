/**
 * Where the repository lies, for code that runs both from its TypeScript source and bundled in dist/:
 * the nearest folder above that holds the package named `radlite`. Nothing else depends on the layout.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RadliteError } from "@radlite/model/errors";

/** Errors: NOT_FOUND when no folder above this file is the repository's root. */
export function findRepositoryRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isRoot(folder)) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new RadliteError(
    "NOT_FOUND",
    `The Radlite repository was not found above ${start}: expected a package.json with the name radlite. Run it from a clone.`,
  );
}

function isRoot(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return false;
  return (JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown }).name === "radlite";
}
