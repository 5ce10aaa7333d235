/**
 * Radiograph files -> rows of numbers, decoded once and then read from the cache. Rows come in the order of
 * the images; an image that does not decode has no row and is named with the reason, on a cached read as well.
 */
import { availableParallelism } from "node:os";
import { RadliteError } from "@radlite/model/errors";
import { digestOf, readPlainFile } from "@radlite/registry/bundle";
import { findCacheFolder, hashParts, readEntry, writeEntry } from "./cache.ts";
import type { Radiograph, Unreadable } from "./listing.ts";
import { PROBE_JPEG } from "./probe.ts";

/** Raise when rows change in a way that the probe does not show. */
const ROWS_VERSION = 2;

export interface DecodeOptions {
  cacheFolder?: string;
  signal?: AbortSignal;
  /** Called as images are decoded; once, with all done, when they were cached. */
  onProgress?: (done: number, total: number) => void;
}

export interface DecodedRows {
  /** [readable, rowBytes], over shared memory: worker threads read it without a copy. */
  rows: Uint8Array<SharedArrayBuffer>;
  readable: Radiograph[];
  unreadable: Unreadable[];
}

export interface RowFormat {
  /** All that decides what `convert` makes of a file, in a JSON-able form. */
  identity: unknown;
  rowBytes: number;
  /** A file's bytes -> its row. RadliteError: this image is unreadable. */
  convert: (file: Uint8Array) => Promise<Uint8Array>;
}

export async function decodeImages(
  images: Radiograph[],
  format: RowFormat,
  { cacheFolder = findCacheFolder("pixels"), signal, onProgress = () => {} }: DecodeOptions = {},
): Promise<DecodedRows> {
  const key = hashParts({
    version: ROWS_VERSION,
    identity: format.identity,
    probe: digestOf(await format.convert(PROBE_JPEG)),
    files: images.map(({ sha256 }) => sha256),
  });
  const cached = await readEntry(cacheFolder, key);
  const faults = new Map(cached?.notes as [at: number, reason: string][] | undefined);
  const rows = new Uint8Array(new SharedArrayBuffer((images.length - faults.size) * format.rowBytes));
  if (cached && cached.payload.length === rows.length) {
    rows.set(cached.payload);
    onProgress(images.length, images.length);
    return assemble(images, rows, faults);
  }

  const fresh = await decodeAll(images, format, { signal, onProgress });
  await writeEntry(cacheFolder, key, { notes: [...fresh.faults], payload: fresh.rows });
  return assemble(images, fresh.rows, fresh.faults);
}

async function decodeAll(
  images: Radiograph[],
  { rowBytes, convert }: RowFormat,
  {
    signal,
    onProgress,
  }: { signal: AbortSignal | undefined; onProgress: (done: number, total: number) => void },
) {
  const faults = new Map<number, string>();
  const all = new Uint8Array(new SharedArrayBuffer(images.length * rowBytes));
  let next = 0;
  let done = 0;
  // The codec works on threads of its own; two images more than cores keep them busy while this thread resizes.
  const lanes = Array.from({ length: Math.min(images.length, availableParallelism() + 2) }, async () => {
    while (next < images.length) {
      signal?.throwIfAborted();
      const at = next++;
      const row = await decodeOne(images[at]!.path, convert);
      if (typeof row === "string") faults.set(at, row);
      else all.set(row, at * rowBytes);
      onProgress(++done, images.length);
    }
  });
  await Promise.all(lanes);
  return { faults: new Map([...faults].sort(([a], [b]) => a - b)), rows: closeGaps(all, rowBytes, faults) };
}

/** The row, or why there is none. */
async function decodeOne(path: string, convert: RowFormat["convert"]): Promise<Uint8Array | string> {
  const file = await readPlainFile(path).catch((error: Error) => error.message);
  if (typeof file === "string") return file;
  try {
    return await convert(file);
  } catch (error) {
    if (error instanceof RadliteError) return error.message;
    throw new Error(`decoding ${path} failed`, { cause: error });
  }
}

function closeGaps(all: Uint8Array<SharedArrayBuffer>, rowBytes: number, faults: Map<number, string>) {
  if (faults.size === 0) return all;
  const rows = new Uint8Array(new SharedArrayBuffer(all.length - faults.size * rowBytes));
  let to = 0;
  for (let from = 0; from * rowBytes < all.length; from++) {
    if (!faults.has(from)) rows.set(all.subarray(from * rowBytes, (from + 1) * rowBytes), rowBytes * to++);
  }
  return rows;
}

function assemble(
  images: Radiograph[],
  rows: Uint8Array<SharedArrayBuffer>,
  faults: Map<number, string>,
): DecodedRows {
  return {
    rows,
    readable: images.filter((_, at) => !faults.has(at)),
    unreadable: [...faults].map(([at, reason]) => ({ file: images[at]!.file, reason })),
  };
}
