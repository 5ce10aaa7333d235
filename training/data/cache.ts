/**
 * Decoded images on disk, so that the second training starts at once. An entry is one file named by the hash
 * of everything its content follows from; it is written whole or not at all, and checked on reading (a damaged
 * one is deleted and made again). Nothing here knows what the numbers mean.
 *
 * Layout: "RLPIXELS" · SHA-256 of all that follows · header length (uint32, little endian) · header (JSON) · payload.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import { findRepositoryRoot } from "../recipes/location.ts";

const MAGIC = "RLPIXELS";
const DIGEST_BYTES = 32;
const LENGTH_AT = MAGIC.length + DIGEST_BYTES;
const HEADER_AT = LENGTH_AT + 4;

export interface CacheEntry {
  /** What the payload lacks and why, as JSON. */
  notes: unknown;
  payload: Uint8Array;
}

interface Header {
  key: string;
  notes: unknown;
}

/** What is kept in the cache, each in a folder of its own: losing one costs time alone. */
export type CacheKind = "pixels" | "features" | "teachers" | "downloads" | "datasets";

/** Below RADLITE_CACHE, or .cache of the repository. */
export function findCacheFolder(kind: CacheKind): string {
  return join(process.env.RADLITE_CACHE || join(findRepositoryRoot(), ".cache"), kind);
}

/** `parts` in any JSON-able form; equal parts, equal key. */
export function hashParts(parts: unknown): string {
  return digestOf(JSON.stringify(parts));
}

/** `undefined` when there is no sound entry under the key. */
export async function readEntry(folder: string, key: string): Promise<CacheEntry | undefined> {
  const path = join(folder, `${key}.bin`);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const entry = parseEntry(bytes, key);
  if (entry === undefined) await rm(path, { force: true });
  return entry;
}

/** Errors: UNAVAILABLE when the entry cannot be written, with the setting that names another folder. */
export async function writeEntry(folder: string, key: string, entry: CacheEntry): Promise<void> {
  await writeWhole(folder, key, entry).catch((cause: Error) => {
    throw new RadliteError(
      "UNAVAILABLE",
      `Decoded images cannot be kept in ${folder}: ${describeFileProblem(cause)}. Make room there, or name another folder with RADLITE_CACHE.`,
      { cause },
    );
  });
}

async function writeWhole(folder: string, key: string, { notes, payload }: CacheEntry): Promise<void> {
  const header = Buffer.from(JSON.stringify({ key, notes } satisfies Header));
  const length = Buffer.alloc(HEADER_AT - LENGTH_AT);
  length.writeUInt32LE(header.length);
  const body = [length, header, payload];
  const prefix = [Buffer.from(MAGIC, "latin1"), digest(body)];

  await makeFolder(folder);
  const temporary = join(folder, `${key}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of [...prefix, ...body]) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, `${key}.bin`));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Level by level: in a place such as /proc, where nothing can be made, mkdir's own recursion never ends. */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch(async (error) => {
    if (!(await isFolder(folder))) throw error; // else another process made it meanwhile
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function parseEntry(bytes: Buffer, key: string): CacheEntry | undefined {
  if (bytes.length < HEADER_AT || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  if (!digest([bytes.subarray(LENGTH_AT)]).equals(bytes.subarray(MAGIC.length, LENGTH_AT))) return undefined;
  const payloadAt = HEADER_AT + bytes.readUInt32LE(LENGTH_AT);
  const header = JSON.parse(bytes.toString("utf8", HEADER_AT, payloadAt)) as Header;
  return header.key === key ? { notes: header.notes, payload: bytes.subarray(payloadAt) } : undefined;
}

function digest(parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
