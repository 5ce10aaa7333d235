/** Published weights in the cache of fetched files. A file counts as weights once it opens as one of Keras. */
import { findCacheFolder } from "../data/cache.ts";
import {
  type DownloadOptions,
  type FetchedFile,
  fetchFile,
  findFetched,
  type PublishedWeights,
} from "../fetch/index.ts";
import { openKerasFile } from "../weights/keras.ts";
import { makeWritable } from "./writable-folder.ts";

/** `folder` is made where it is missing. Errors: those of `fetchFile`; BAD_INPUT where the folder cannot be made. */
export async function fetchWeights(
  weights: PublishedWeights,
  { folder = findCacheFolder("downloads"), ...options }: Partial<DownloadOptions> = {},
): Promise<FetchedFile> {
  await makeWritable(folder);
  return fetchFile(inspected(weights), { ...options, folder });
}

/** Reads no network; errors as `findFetched`. */
export function findWeights(
  weights: PublishedWeights,
  folder: string = findCacheFolder("downloads"),
): Promise<FetchedFile | undefined> {
  return findFetched(inspected(weights), folder);
}

function inspected({ file }: PublishedWeights): PublishedWeights["file"] {
  return { ...file, inspect: async (path) => (await openKerasFile(path)).close() };
}
