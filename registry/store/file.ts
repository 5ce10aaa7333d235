/**
 * Objects as files of one folder, shared by every process of this machine: functions, command line, trainings.
 * An object that was never replaced is a plain file under its key's name. How writers exclude each other without
 * locks is explained in file-generations.ts; every write is on disk (fsync) when it returns.
 */
import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { CURE } from "./check-folder.ts";
import {
  addGeneration,
  type Generation,
  hasCode,
  isDeleted,
  MAX_ROUNDS,
  readNewest,
  statNewest,
} from "./file-generations.ts";
import { decodeSegment, folderOf, GENERATIONS_SUFFIX, pathOf } from "./file-names.ts";
import { makeFolder } from "./make-folder.ts";
import type { ObjectStore } from "./object-store.ts";

const SCRATCH = ".tmp";
const STRAY_AFTER_MS = 3_600_000; // no write takes an hour: what is older was left by a killed process

export function fileStore(folder: string): ObjectStore {
  const root = resolve(folder);
  const scratch = join(root, SCRATCH);
  let prepared: Promise<void> | undefined;

  async function write(
    key: string,
    bytes: Uint8Array | undefined,
    mayFollow: (newest: Generation) => boolean,
  ): Promise<boolean> {
    const path = pathOf(root, key);
    try {
      prepared ??= prepareScratch(scratch);
      await prepared;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const newest = await readNewest(path);
        if (!mayFollow(newest)) return false;
        if (await addGeneration(path, newest.number, bytes, scratch)) return true;
      }
      throw new RadliteError("UNAVAILABLE", `${key} in ${root} is written by too many at once; try again`);
    } catch (error) {
      prepared = undefined;
      throw explain(error, key, root);
    }
  }

  return {
    name: `file:${folder}`,

    get: (async (key: string, { ifNoneMatch }: { ifNoneMatch?: string } = {}) => {
      const path = pathOf(root, key);
      const newest = await readNewest(path).catch((error) => {
        throw explain(error, key, root);
      });
      const { bytes } = newest;
      if (bytes === undefined) return undefined;
      if (ifNoneMatch !== undefined && etagOf(newest) === ifNoneMatch) return "unchanged";
      return {
        bytes,
        /** Computed for who asks: most readers do not, and it reads all of the bytes. */
        get etag() {
          return etagOf(newest);
        },
      };
    }) as ObjectStore["get"],

    async stat(key) {
      const found = await statNewest(pathOf(root, key)).catch((error) => {
        throw explain(error, key, root);
      });
      return found && { sizeBytes: found.size, writtenMs: found.mtimeMs };
    },

    async create(key, bytes) {
      const created = await write(key, bytes, (newest) => newest.bytes === undefined);
      if (!created) throw new RadliteError("CONFLICT", `file:${folder}: ${key} exists already`);
    },

    async replace(key, bytes, etag) {
      const replaced = await write(
        key,
        bytes,
        (newest) => newest.bytes !== undefined && etagOf(newest) === etag,
      );
      if (!replaced) {
        throw new RadliteError(
          "CONFLICT",
          `file:${folder}: ${key} is no longer the object with etag ${etag}`,
        );
      }
    },

    async delete(key) {
      await write(key, undefined, (newest) => newest.bytes !== undefined);
    },

    async *list(prefix, { startAfter = "" } = {}) {
      const { path, stem } = folderOf(root, prefix);
      yield* walk(path, stem, (key) => key.startsWith(prefix) && key > startAfter);
    },
  };
}

/** The generation makes it unique over the life of a folder, the digest over that of its replacement. */
function etagOf({ number, bytes }: Generation): string {
  return `${number}-${createHash("sha256").update(bytes!).digest("hex").slice(0, 32)}`;
}

async function* walk(path: string, stem: string, wanted: (key: string) => boolean): AsyncIterable<string> {
  const entries = await readFolder(path);
  const names = new Set(entries.map((entry) => entry.name));
  const sorted = entries
    .filter(({ name }) => !name.startsWith(".") && !name.endsWith(GENERATIONS_SUFFIX))
    .map((entry) => ({ entry, key: stem + decodeSegment(entry.name) + (entry.isDirectory() ? "/" : "") }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { entry, key } of sorted) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) yield* walk(below, key, wanted);
    else if (wanted(key) && !(names.has(entry.name + GENERATIONS_SUFFIX) && (await isDeleted(below))))
      yield key;
  }
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw explain(error, path, path);
  }
}

async function prepareScratch(scratch: string): Promise<void> {
  await makeFolder(scratch);
  for (const name of await readdir(scratch)) {
    const path = join(scratch, name);
    const found = await stat(path).catch(() => undefined);
    // ahead of the clock says nothing, and would keep a stray for ever
    if (found && Math.abs(Date.now() - found.mtimeMs) > STRAY_AFTER_MS)
      await rm(path, { recursive: true, force: true });
  }
}

/** What to do where there is no room. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "make room there, then try again",
  EDQUOT: "make room there, then try again",
  EFBIG: "raise the limit on the size of files (ulimit -f), then try again",
};

function explain(error: unknown, key: string, root: string): unknown {
  if (error instanceof RadliteError || !(error instanceof Error) || !("code" in error)) return error;
  if (hasCode(error, "EACCES", "EPERM", "EROFS")) {
    return new RadliteError(
      "REFUSED",
      `${key} in ${root}: the file system does not allow it (${error.code}); ${CURE}`,
      { cause: error },
    );
  }
  if (
    hasCode(error, "ELOOP", "ENAMETOOLONG") ||
    ("syscall" in error && error.syscall === "mkdir" && hasCode(error, "ENOENT"))
  ) {
    return new RadliteError(
      "BAD_INPUT",
      `${key} in ${root}: no folder can be made there (${error.code}); ${CURE}`,
      {
        cause: error,
      },
    );
  }
  if (hasCode(error, "EEXIST", "ENOTDIR", "EISDIR")) {
    return new RadliteError("BAD_INPUT", `${key} in ${root} is a folder of other keys, or below an object`, {
      cause: error,
    });
  }
  const advice = ADVICE[String(error.code)] ?? "try again";
  return new RadliteError("UNAVAILABLE", `${key} in ${root}: ${error.message}; ${advice}`, { cause: error });
}
