/**
 * What seeding puts back: artifacts of shipped versions that the store lost, or whose bytes changed in it. The
 * bundles have them as they were registered.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { ARTIFACT_FILE, digestOf, findParentBundle, readFacts } from "@radlite/registry/bundle";
import type { Registry, Version } from "@radlite/registry/log";
import { type ObjectStore, overwrite } from "@radlite/registry/store";
import { ARTIFACT_PREFIX } from "./artifacts.ts";

/**
 * Those of the bundle's version and its parents whose artifact was missing or damaged, and lies there again. What
 * is not registered is passed over.
 * @throws BAD_INPUT when a bundle holds another file than its version was registered with.
 */
export async function restoreArtifacts({ state, store }: Registry, folder: string): Promise<Version[]> {
  const restored: Version[] = [];
  for (let bundle: string | undefined = folder; bundle !== undefined; bundle = findParentBundle(bundle)) {
    const { model, sha256 } = await readFacts(bundle);
    const version = state.models.get(model)?.versions.find(({ artifact }) => artifact === sha256);
    if (version && (await restoreArtifact(store, sha256, join(bundle, ARTIFACT_FILE))))
      restored.push(version);
  }
  return restored;
}

/** @returns whether it was missing or damaged. @throws BAD_INPUT when the file has other bytes itself. */
export async function restoreArtifact(store: ObjectStore, sha256: string, file: string): Promise<boolean> {
  const key = ARTIFACT_PREFIX + sha256;
  const found = await store.get(key);
  if (found && digestOf(found.bytes) === sha256) return false;
  const bytes = await readFile(file);
  if (digestOf(bytes) !== sha256) {
    throw new RadliteError(
      "BAD_INPUT",
      `${key} in ${store.name} is missing or damaged, and so is ${file}, which should have its bytes. Put that back first.`,
    );
  }
  return overwrite(store, key, bytes);
}
