/**
 * The store and the registry behind RADLITE_STORE, each opened once a process and shared by its requests: what
 * was read of the log stays, and a refresh reads only what came after. What only reads opens them for reading, so that
 * a cold start neither tries out whether the server can be trusted with writes nor waits for the log.
 */
import { RadliteError } from "@radlite/model/errors";
import { openRegistry, type Registry } from "@radlite/registry/log";
import { type ObjectStore, type OpenStoreOptions, openStore, storeAddress } from "@radlite/registry/store";

type Access = NonNullable<OpenStoreOptions["access"]>;

/** @throws UNAVAILABLE when it cannot be reached, and for a setting that names no store: no caller can mend that. */
const open = (access: Access) => once(() => openStore(storeAddress(), { access }).catch(blameSetting));

/** For what changes something. @throws as `open` does. */
export const warmStore: () => Promise<ObjectStore> = open("write");

/** For what only reads. @throws as `open` does. */
export const readingStore: () => Promise<ObjectStore> = open("read");

/** For what reads an upload and removes it. @throws as `open` does. */
export const takingStore: () => Promise<ObjectStore> = open("take");

/** For what also leaves something behind that nobody else writes. @throws as `open` does. */
export const addingStore: () => Promise<ObjectStore> = open("add");

/** @throws what the store does, UNAVAILABLE when the log has a hole. */
const openOn = async (store: () => Promise<ObjectStore>): Promise<Registry> =>
  openRegistry({ store: await store(), logger: { info: () => {}, warn } });

let opened: Registry | undefined;

/** @throws as `openOn` does. */
export const warmRegistry: () => Promise<Registry> = once(async () => {
  opened = await openOn(warmStore);
  return opened;
});

/** @throws as `openOn` does. */
export const readingRegistry: () => Promise<Registry> = once(() => openOn(readingStore));

/**
 * To be waited for before an answer that may have changed something: AWS Lambda stops a program once it has answered,
 * and a snapshot that is written beside the answers would never be whole. Elsewhere it goes on by itself.
 */
export async function finishWriting(): Promise<void> {
  const isFrozen = process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined && process.env.IS_OFFLINE !== "true";
  if (isFrozen) await opened?.snapshotsWritten;
}

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
