/**
 * The model in production, as the classify function would take it: the pointer of the registry at
 * RADLITE_STORE, then the artifact and the gate that it names, their digests verified.
 */
import { RadliteError } from "@radlite/model/errors";
import type { StoredGate } from "@radlite/registry/commands";
import type { Pointer } from "@radlite/registry/log";
import { DEFAULT_MODEL, openLocalRegistry, openLocalStore, storeAddress } from "./local-registry.ts";
import type { NamedModel } from "./models.ts";

export interface ProductionModel extends Pick<NamedModel, "bytes" | "version"> {
  /** What looks before the network does; absent where the registry has none for this model. */
  gate?: StoredGate;
  /** As `Pointer` has it. */
  performance?: Pointer["performance"];
}

/**
 * @throws UNAVAILABLE when nothing is in production, NOT_FOUND or BAD_ARTIFACT when its bytes, or those of the gate,
 * are not as named.
 */
export async function readProductionModel(): Promise<ProductionModel> {
  const { pointerOf, readPointer, PRODUCTION, saysGate } = await import("@radlite/registry/log");
  const { readArtifact, readGate } = await import("@radlite/registry/commands");
  const store = await openLocalStore("read");
  const found = await readPointer(store, DEFAULT_MODEL, PRODUCTION);
  let pointer = found && found !== "unchanged" ? found.pointer : undefined;
  if (pointer && !saysGate(pointer))
    pointer = pointerOf((await openLocalRegistry("read")).state, DEFAULT_MODEL, PRODUCTION);
  if (!pointer) {
    throw new RadliteError(
      "UNAVAILABLE",
      `no version of ${DEFAULT_MODEL} is in production at ${storeAddress()}: fill an empty registry with "radlite registry seed", promote a version, or name a file with --model`,
    );
  }
  const { number, artifact, gate: named, performance } = pointer;
  return {
    version: { model: DEFAULT_MODEL, number },
    bytes: await readArtifact(store, artifact),
    ...(named && { gate: await readGate(store, named.artifact) }),
    ...(performance && { performance }),
  };
}
