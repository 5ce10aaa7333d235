/**
 * The store and the registry behind RADLITE_STORE, each opened once a process and shared by its requests: what
 * was read of the log stays, and a refresh reads only what came after. Answering a radiograph needs the store
 * alone, so a cold start does not wait for the log.
 */
import { RadliteError } from "@radlite/model/errors";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { type ObjectStore, openStore, storeAddress } from "@radlite/registry/store";

/** @throws UNAVAILABLE when it cannot be reached, and for a setting that names no store: no caller can mend that. */
export const warmStore: () => Promise<ObjectStore> = once(() =>
  openStore(storeAddress()).catch(blameSetting),
);

/** @throws what `warmStore` does, UNAVAILABLE when the log has a hole. */
export const warmRegistry: () => Promise<Registry> = once(async () =>
  openRegistry({ store: await warmStore(), logger: { info: () => {}, warn } }),
);

function blameSetting(error: unknown): never {
  const isOfSetting =
    error instanceof RadliteError && (error.code === "BAD_INPUT" || error.code === "NOT_FOUND");
  if (!isOfSetting) throw error;
  throw new RadliteError("UNAVAILABLE", `The registry cannot be opened: ${error.message}`, { cause: error });
}

const warn = (message: string) => console.error(JSON.stringify({ level: "warn", message }));

/** The promise of the first call, for every call; after a failure the next call tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
