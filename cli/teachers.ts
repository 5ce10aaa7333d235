/** Teachers as people name them: a model file, a bundle folder, or a registered version. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { readNamedFile } from "./files.ts";
import { openLocalRegistry, storeAddress } from "./local-registry.ts";

const VERSION = /^[a-z0-9][a-z0-9-]*@\d+$/;

/** The sealed file. Errors: NOT_FOUND (no such file or version). */
export async function readTeacher(named: string): Promise<Uint8Array> {
  const found = statSync(named, { throwIfNoEntry: false });
  if (found || !VERSION.test(named)) {
    return readNamedFile(found?.isDirectory() ? join(named, "model.rlm") : named);
  }
  const { readArtifact } = await import("@radlite/registry/commands");
  const { findVersion } = await import("@radlite/registry/log");
  const { state, store } = await openLocalRegistry("read");
  const version = findVersion(state, named);
  if (version) return readArtifact(store, version.artifact);
  throw new RadliteError(
    "NOT_FOUND",
    `version ${named} is not registered at ${storeAddress()}, and there is no file of that name; "radlite registry list" shows the versions`,
  );
}
