/**
 * The model in production, as the classify function would take it: the pointer of the registry at
 * RADLITE_STORE, then the artifact that it names, its digest verified.
 */
import { RadliteError } from "@radlite/model/errors";

const MODEL = "chest-xray";
const DEFAULT_STORE = "file:.radlite";

export interface ProductionModel {
  name: string;
  version: number;
  bytes: Uint8Array;
}

/** @throws UNAVAILABLE when nothing is in production, NOT_FOUND or BAD_ARTIFACT when its bytes are not as named. */
export async function readProductionModel(): Promise<ProductionModel> {
  const { openStore } = await import("@radlite/registry/store");
  const { readPointer, PRODUCTION } = await import("@radlite/registry/log");
  const { readArtifact } = await import("@radlite/registry/commands");
  const address = process.env.RADLITE_STORE || DEFAULT_STORE;
  const store = await openStore(address, { access: "read" });
  const found = await readPointer(store, MODEL, PRODUCTION);
  if (!found || found === "unchanged") {
    throw new RadliteError(
      "UNAVAILABLE",
      `no version of ${MODEL} is in production at ${address}: fill an empty registry with "radlite registry seed", promote a version, or name a file with --model`,
    );
  }
  const { number, artifact } = found.pointer;
  return { name: MODEL, version: number, bytes: await readArtifact(store, artifact) };
}
