/**
 * The generations of one key on a file system shared by processes; exactly one writer makes each.
 *
 * Generation 1 is the file `<name>`, made by link(2), which fails when somebody was first. Generation g + 1 is the
 * folder `<name>~/<g+1>` with `data`, or `gone` for a deleted key. It is prepared in the `room` of generation g and
 * moved to its place by rename(2), which fails when that place is taken, and also when generation g was cleaned away
 * meanwhile: so a writer that slept through many generations can never bring a cleaned number back.
 * Readers take the highest number. A kill -9 leaves at most a stray draft, never a lock or half an object.
 *
 * Never removed, since no room of a predecessor could vanish before them: `<name>` (emptied when the key is
 * deleted) and generation 2, which loses its room instead.
 */
import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { link, mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { GENERATIONS_SUFFIX } from "./file-names.ts";
import { makeFolder, syncFolder } from "./make-folder.ts";

/** Generations kept below the newest, for readers on their way to one. */
const KEPT = 4;

/** Folder of a generation in which its successor is prepared. */
const ROOM = "room";

/** Of one writer or reader against the others; far more than processes that share a folder. */
export const MAX_ROUNDS = 1_000;

export interface Generation {
  /** 0: the key was never written. */
  number: number;
  /** Undefined: absent or deleted. */
  bytes: Uint8Array | undefined;
}

/** The newest generation of the key whose first lies at `path`. @throws UNAVAILABLE when it cannot be caught. */
export async function readNewest(path: string): Promise<Generation> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const first = await readIfThere(path);
    if (first === undefined) return { number: 0, bytes: undefined };
    const newest = (await listLater(path)).at(-1);
    if (newest === undefined) return { number: 1, bytes: first };
    const bytes = await readIfThere(join(path + GENERATIONS_SUFFIX, String(newest), "data"));
    if (bytes) return { number: newest, bytes };
    if (await readIfThere(join(path + GENERATIONS_SUFFIX, String(newest), "gone"))) {
      return { number: newest, bytes: undefined };
    }
    // cleaned away between listing and reading: there is a newer one
  }
  throw new RadliteError("UNAVAILABLE", `${path} changes faster than it can be read; try again`);
}

/** What the file system knows of the newest generation's bytes; undefined when the key is absent or deleted. */
export async function statNewest(path: string): Promise<Stats | undefined> {
  const { number, bytes } = await readNewest(path);
  if (bytes === undefined) return undefined;
  const file = number === 1 ? path : join(path + GENERATIONS_SUFFIX, String(number), "data");
  // cleaned away since: it was replaced, so there is a newer one
  return stat(file).catch((error) => (hasCode(error, "ENOENT") ? statNewest(path) : Promise.reject(error)));
}

/** Whether the key's newest generation says that it was deleted; for listings that have seen `<name>~`. */
export async function isDeleted(path: string): Promise<boolean> {
  return (await readNewest(path)).bytes === undefined;
}

/**
 * Makes the generation after `newest`; `bytes` undefined marks the key as deleted.
 * @param scratch a folder on the same file system, for what is under way.
 * @returns false when another writer was first.
 */
export async function addGeneration(
  path: string,
  newest: number,
  bytes: Uint8Array | undefined,
  scratch: string,
): Promise<boolean> {
  if (newest === 0) return addFirst(path, bytes!, scratch);
  const folder = path + GENERATIONS_SUFFIX;
  await makeFolder(folder);
  const draft = join(newest === 1 ? scratch : join(folder, String(newest), ROOM), `draft-${randomUUID()}`);
  try {
    await mkdir(draft);
    await mkdir(join(draft, ROOM));
    await writeDurably(join(draft, bytes ? "data" : "gone"), bytes ?? new Uint8Array());
    await syncFolder(draft);
    await rename(draft, join(folder, String(newest + 1)));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (hasCode(error, "ENOENT") && newest > 1) await mendRoom(path, newest);
    if (hasCode(error, "ENOENT", "ENOTEMPTY", "EEXIST")) return false;
    throw error;
  }
  await syncFolder(folder);
  if (bytes === undefined) await emptyFirst(path, scratch);
  await cleanBelow(folder, newest + 1 - KEPT, scratch);
  return true;
}

/**
 * Gives the newest generation its room again where a tool that keeps no empty folders (git, zip, a sync to S3 and
 * back) copied the store. While it is the newest it was not cleaned, so the room is missing for no other reason; a
 * generation that was cleaned meanwhile is gone, and no room can be made in it.
 */
async function mendRoom(path: string, newest: number): Promise<void> {
  if ((await readNewest(path)).number !== newest) return;
  await mkdir(join(path + GENERATIONS_SUFFIX, String(newest), ROOM)).catch((error) => {
    if (!hasCode(error, "ENOENT", "EEXIST")) throw error;
  });
}

async function addFirst(path: string, bytes: Uint8Array, scratch: string): Promise<boolean> {
  await makeFolder(dirname(path));
  const draft = join(scratch, `draft-${randomUUID()}`);
  try {
    await writeDurably(draft, bytes);
    await link(draft, path);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  await syncFolder(dirname(path));
  return true;
}

/** Frees a deleted key's first bytes; its name stays taken, so that no late link(2) can succeed. */
async function emptyFirst(path: string, scratch: string): Promise<void> {
  const empty = join(scratch, `draft-${randomUUID()}`);
  await writeFile(empty, "");
  await rename(empty, path);
}

/** Upwards, so that whenever a number is gone its predecessors are gone too. */
async function cleanBelow(folder: string, lowestKept: number, scratch: string): Promise<void> {
  for (const name of (await readdir(folder)).map(Number).sort((a, b) => a - b)) {
    if (name >= lowestKept) return;
    const generation = join(folder, String(name));
    const rubbish = join(scratch, `rubbish-${randomUUID()}`);
    try {
      await rename(name === 2 ? join(generation, ROOM) : generation, rubbish);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error; // ENOENT: another writer cleaned it
    }
    await rm(rubbish, { recursive: true, force: true });
  }
}

/** Numbers of the generations after the first, ascending. */
async function listLater(path: string): Promise<number[]> {
  try {
    return (await readdir(path + GENERATIONS_SUFFIX)).map(Number).sort((a, b) => a - b);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readWhole(path);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    if (hasCode(error, "EISDIR")) {
      throw new RadliteError("BAD_INPUT", `${path} is a folder of other keys, expected an object`, {
        cause: error,
      });
    }
    if (!hasCode(error, "ENXIO")) throw error;
    throw neverAnswers(path, error); // a socket
  }
}

/** Opened without waiting: a pipe that nobody writes to would hold one of the few threads for files for ever. */
async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() && !found.isDirectory()) throw neverAnswers(path);
    const { buffer, byteOffset, length } = await file.readFile();
    return new Uint8Array(buffer, byteOffset, length);
  } finally {
    await file.close();
  }
}

const neverAnswers = (path: string, cause?: unknown): RadliteError =>
  new RadliteError("UNAVAILABLE", `${path} is no file: reading it would never come to an end`, {
    reason: "TIMEOUT",
    status: 504,
    cause,
  });

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
