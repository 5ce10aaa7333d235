/**
 * A data set that lies on S3, brought to this machine before a training: `s3://bucket/prefix` becomes a folder of the
 * cache with the same files. What lies there and has not changed in the bucket is not read again; what is gone from
 * the bucket is gone from the folder. Several trainings may do it at once: a file appears whole or not at all.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { type ObjectStore, type OpenStoreOptions, openStore } from "@radlite/registry/store";
import { findCacheFolder, hashParts } from "../data/index.ts";

/** Files at a time; each takes a request. */
const PARALLEL = 16;
/** Beside the files, of each its etag in the bucket. */
const ETAGS = "etags.json";

export interface DatasetOptions {
  environment?: OpenStoreOptions["environment"];
  signal?: AbortSignal;
}

/**
 * @param place a folder, which stays as it is, or `s3://bucket/prefix`.
 * @returns the folder.
 * @throws NOT_FOUND for a bucket or prefix without files; BAD_INPUT for a name that no folder takes; UNAVAILABLE when
 *   S3 or the disk fails.
 */
export async function provideDataset(place: string, options: DatasetOptions = {}): Promise<string> {
  if (!place.startsWith("s3://")) return place;
  const { environment = process.env, signal } = options;
  const store = await openStore(place, { access: "read", environment });
  const folder = join(findCacheFolder("datasets"), hashParts(place));
  const keys: string[] = [];
  for await (const key of store.list("")) if (!key.endsWith("/")) keys.push(key); // a console's empty folders
  if (keys.length === 0) throw new RadliteError("NOT_FOUND", `The data set ${store.name} has no files.`);
  const files = join(folder, "files");
  const known = await readEtags(folder);
  const etags = await fetchAll(store, keys, { files, known, signal });
  await removeOthers(files, new Set(keys));
  await writeWhole(join(folder, ETAGS), JSON.stringify(etags));
  return files;
}

interface FetchOptions {
  files: string;
  known: Record<string, string>;
  signal: AbortSignal | undefined;
}

async function fetchAll(
  store: ObjectStore,
  keys: readonly string[],
  { files, known, signal }: FetchOptions,
): Promise<Record<string, string>> {
  const there = new Set(await readdir(files, { recursive: true }).catch(() => []));
  const etags: Record<string, string> = {};
  const waiting = [...keys];
  const worker = async () => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      signal?.throwIfAborted();
      const etag = there.has(key) ? known[key] : undefined;
      const found = await store.get(key, etag === undefined ? {} : { ifNoneMatch: etag });
      if (found === undefined) continue; // deleted since it was listed
      if (found !== "unchanged") await writeWhole(join(files, key), found.bytes);
      etags[key] = found === "unchanged" ? etag! : found.etag;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return etags;
}

async function readEtags(folder: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, ETAGS), "utf8").catch(() => "{}");
  return JSON.parse(text) as Record<string, string>; // written whole, by `writeWhole`
}

async function removeOthers(files: string, keys: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isDraft = entry.name.endsWith(DRAFT);
    if (entry.isFile() && !isDraft && !keys.has(path.slice(files.length + 1)))
      await rm(path, { force: true });
  }
}

const DRAFT = ".draft";

async function writeWhole(path: string, contents: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}${DRAFT}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, path);
  } catch (cause) {
    throw new RadliteError(
      "UNAVAILABLE",
      `The data set cannot be kept in ${dirname(path)}: ${(cause as Error).message}. Make room there, or name another folder with RADLITE_CACHE.`,
      { cause },
    );
  }
}
