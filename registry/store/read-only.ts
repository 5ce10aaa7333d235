/** A store that refuses every write and says why: opened for reading, or on a server that cannot be trusted. */
import { RadliteError } from "@radlite/model/errors";
import type { ObjectStore } from "./object-store.ts";

/** The reason of a store that nobody meant to write. */
export const OPENED_FOR_READING = "it was opened for reading";

/** @param reason a sentence that ends the message, such as "it was opened for reading". */
export function readOnly(store: ObjectStore, reason: string): ObjectStore {
  const refuse = async (key: string): Promise<never> => {
    throw new RadliteError(
      "REFUSED",
      `${key} was not written: ${store.name} is read-only, because ${reason}`,
    );
  };
  return {
    name: store.name,
    readOnlyReason: reason,
    get: store.get.bind(store),
    stat: store.stat.bind(store),
    create: refuse,
    replace: refuse,
    delete: refuse,
    list: store.list.bind(store),
  };
}
