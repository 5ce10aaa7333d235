/**
 * The model in production, as the classify function would take it: the pointer of the registry at
 * RADLITE_STORE, then the artifact that it names, its digest verified.
 */
import { RadliteError } from "@radlite/model/errors";
import { DEFAULT_MODEL, openLocalStore, storeAddress } from "./local-registry.ts";
import type { NamedModel } from "./models.ts";

/** @throws UNAVAILABLE when nothing is in production, NOT_FOUND or BAD_ARTIFACT when its bytes are not as named. */
export async function readProductionModel(): Promise<Pick<NamedModel, "bytes" | "version">> {
  const { readPointer, PRODUCTION } = await import("@radlite/registry/log");
  const { readArtifact } = await import("@radlite/registry/commands");
  const store = await openLocalStore("read");
  const found = await readPointer(store, DEFAULT_MODEL, PRODUCTION);
  if (!found || found === "unchanged") {
    throw new RadliteError(
      "UNAVAILABLE",
      `no version of ${DEFAULT_MODEL} is in production at ${storeAddress()}: fill an empty registry with "radlite registry seed", promote a version, or name a file with --model`,
    );
  }
  const { number, artifact } = found.pointer;
  return { version: { model: DEFAULT_MODEL, number }, bytes: await readArtifact(store, artifact) };
}
