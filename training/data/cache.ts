/**
 * Decoded images on disk, so that the second training starts at once. An entry is one file named by the hash
 * of everything its content follows from; it is written whole or not at all, and checked on reading (a damaged
 * one is deleted and made again). Nothing here knows what the numbers mean.
 *
 * Layout: "RLPIXELS" · header length (uint32, little endian) · header (JSON) · payload.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { findRepositoryRoot } from "../recipes/location.ts";

const MAGIC = "RLPIXELS";
const PREFIX_BYTES = MAGIC.length + 4;

export interface CacheEntry {
  /** What the payload lacks and why, as JSON. */
  notes: unknown;
  payload: Uint8Array;
}

interface Header {
  key: string;
  notes: unknown;
  payloadSha256: string;
}

/** RADLITE_CACHE, or .cache of the repository. */
export function findCacheFolder(): string {
  return join(process.env.RADLITE_CACHE || join(findRepositoryRoot(), ".cache"), "pixels");
}

/** `parts` in any JSON-able form; equal parts, equal key. */
export function hashParts(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
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

export async function writeEntry(folder: string, key: string, { notes, payload }: CacheEntry): Promise<void> {
  const header: Header = { key, notes, payloadSha256: hashBytes(payload) };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, "latin1");
  prefix.writeUInt32LE(headerBytes.length, MAGIC.length);

  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `${key}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of [prefix, headerBytes, payload]) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, `${key}.bin`));
  } finally {
    await rm(temporary, { force: true });
  }
}

function parseEntry(bytes: Buffer, key: string): CacheEntry | undefined {
  if (bytes.length < PREFIX_BYTES || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  const payloadAt = PREFIX_BYTES + bytes.readUInt32LE(MAGIC.length);
  if (payloadAt > bytes.length) return undefined;
  const header = parseHeader(bytes.toString("utf8", PREFIX_BYTES, payloadAt));
  const payload = bytes.subarray(payloadAt);
  if (header?.key !== key || header.payloadSha256 !== hashBytes(payload)) return undefined;
  return { notes: header.notes, payload };
}

function parseHeader(text: string): Header | undefined {
  try {
    return JSON.parse(text) as Header;
  } catch {
    return undefined;
  }
}

export function hashBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
