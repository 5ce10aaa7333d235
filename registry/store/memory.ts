/** Objects in this process's memory: the reference that the other stores are compared with, gone at its end. */
import { createHash } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { checkKey } from "./object-key.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";

/** @param clock in milliseconds since 1970, for when an object was written. */
export function memoryStore({ clock = Date.now }: { clock?: () => number } = {}): ObjectStore {
  const objects = new Map<string, StoredObject & { writtenMs: number }>();

  const store = (bytes: Uint8Array) => ({
    bytes: bytes.slice(),
    etag: createHash("sha256").update(bytes).digest("hex"),
    writtenMs: clock(),
  });

  return {
    name: "memory:",

    get: (async (key: string, { ifNoneMatch }: { ifNoneMatch?: string } = {}) => {
      checkKey(key);
      const found = objects.get(key);
      if (found && found.etag === ifNoneMatch) return "unchanged";
      return found && { bytes: found.bytes.slice(), etag: found.etag };
    }) as ObjectStore["get"],

    async stat(key) {
      checkKey(key);
      const found = objects.get(key);
      return found && { sizeBytes: found.bytes.length, writtenMs: found.writtenMs };
    },

    async create(key, bytes) {
      checkKey(key);
      if (objects.has(key)) throw new RadliteError("CONFLICT", `memory:${key} exists already`);
      objects.set(key, store(bytes));
    },

    async replace(key, bytes, etag) {
      checkKey(key);
      if (objects.get(key)?.etag !== etag) {
        throw new RadliteError("CONFLICT", `memory:${key} is no longer the object with etag ${etag}`);
      }
      objects.set(key, store(bytes));
    },

    async delete(key) {
      checkKey(key);
      objects.delete(key);
    },

    async *list(prefix, { startAfter = "" } = {}) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
      for (const key of keys) if (objects.has(key)) yield key;
    },
  };
}
