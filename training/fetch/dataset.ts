/**
 * A public collection -> a folder that training reads: fetched into the cache, unpacked under limits, counted, and
 * given its name only when every image that it must have is there. A note in the folder says where it came from.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { z } from "zod";
import { type Dataset, type ExpectedCount, sumExpected } from "./datasets.ts";
import { type DownloadOptions, type FetchedFile, fetchFile } from "./download.ts";
import { holdLock } from "./lock.ts";
import type { RemoteFile } from "./remote-file.ts";
import {
  draftOf,
  type ImageCounts,
  type ImageFolder,
  type ImageLimits,
  openImageFolder,
  SETS,
} from "./unpack/image-folder.ts";
import { unpackNpz } from "./unpack/npz.ts";
import { unpackTfrecord } from "./unpack/tfrecord.ts";
import { unpackZip } from "./unpack/zip.ts";

export interface DatasetOptions extends DownloadOptions {
  outFolder: string;
  /** Each file, before it is fetched. */
  onFile?: (name: string) => void;
  onUnpack?: (done: number, total: number) => void;
}

export interface FetchedDataset {
  folder: string;
  counts: ImageCounts;
  /** What it was made of; empty when the folder was there already. */
  files: FetchedFile[];
  /** Files of the archive that are no images of the set. */
  skipped: string[];
}

export const NOTE_NAME = "radlite-source.json";
const noteSchema = z.object({
  source: z.string(),
  counts: z.record(z.string(), z.tuple([z.int(), z.int()])),
});

const IMAGE_BYTES = 32 * 2 ** 20;
const TOTAL_BYTES = 4 * 2 ** 30;

/** Errors: those of `fetchFile`; BAD_INPUT (damaged, unsafe, not the images it must have); CONFLICT (`outFolder`). */
export async function fetchDataset(dataset: Dataset, options: DatasetOptions): Promise<FetchedDataset> {
  const { outFolder } = options;
  const present = await readNote(outFolder);
  if (present?.source === dataset.name) {
    return { folder: outFolder, counts: present.counts, files: [], skipped: [] };
  }
  return holdLock(`${draftOf(outFolder)}.lock`, `fetching into ${outFolder}`, () =>
    fetchInto(dataset, options),
  );
}

async function fetchInto(dataset: Dataset, options: DatasetOptions): Promise<FetchedDataset> {
  const { outFolder, onFile, onUnpack, ...download } = options;
  const limits = { images: sumExpected(dataset.expected), imageBytes: IMAGE_BYTES, totalBytes: TOTAL_BYTES };
  const folder = await openImageFolder(outFolder, limits);
  try {
    const files = new Map<RemoteFile, FetchedFile>();
    for (const file of listFiles(dataset)) {
      onFile?.(file.name);
      files.set(file, await fetchFile(file, download));
    }
    const skipped = await unpack(dataset, files, folder, limits, options);
    requireCounts(dataset, folder.counts);
    await folder.finish(NOTE_NAME, describeSource(dataset, files, folder.counts));
    return { folder: outFolder, counts: folder.counts, files: [...files.values()], skipped };
  } finally {
    await folder.discard();
  }
}

export function listFiles(dataset: Dataset): RemoteFile[] {
  return dataset.kind === "tfrecord"
    ? dataset.sets.flatMap(({ paths, images }) => [paths, images])
    : [dataset.archive];
}

/** Names of what was left out. */
async function unpack(
  dataset: Dataset,
  files: ReadonlyMap<RemoteFile, FetchedFile>,
  folder: ImageFolder,
  limits: ImageLimits,
  { signal, onUnpack }: DatasetOptions,
): Promise<string[]> {
  const pathOf = (file: RemoteFile) => files.get(file)!.path;
  switch (dataset.kind) {
    case "zip": {
      const { skipped } = await unpackZip(pathOf(dataset.archive), folder, limits, {
        signal,
        onProgress: onUnpack,
      });
      return skipped;
    }
    case "npz": {
      const { side } = dataset;
      await unpackNpz(pathOf(dataset.archive), folder, {
        side,
        images: limits.images,
        signal,
        onProgress: onUnpack,
      });
      return [];
    }
    case "tfrecord": {
      let before = 0;
      for (const { set, images, paths } of dataset.sets) {
        let inSet = 0;
        const onProgress = (done: number) => {
          inSet = done;
          onUnpack?.(before + done, limits.images);
        };
        const pair = { images: pathOf(images), paths: pathOf(paths) };
        await unpackTfrecord(pair, set, folder, { imageBytes: limits.imageBytes, signal, onProgress });
        before += inSet;
      }
      return [];
    }
    default:
      return dataset satisfies never;
  }
}

function requireCounts({ name, expected }: Dataset, counts: ImageCounts): void {
  for (const set of SETS) {
    const wanted = expected[set] ?? 0;
    const found = counts[set] ?? [0, 0];
    if (formatCount(wanted) === formatCount(typeof wanted === "number" ? found[0] + found[1] : found))
      continue;
    throw new RadliteError(
      "BAD_INPUT",
      `${name} was expected to have ${formatCount(wanted)} images in ${set} and has ${formatCount(found)}: it is another collection, or a part of it. Nothing was kept.`,
      { reason: "WRONG_COUNT" },
    );
  }
}

function formatCount(count: ExpectedCount): string {
  return typeof count === "number" ? String(count) : `${count[0]} NORMAL and ${count[1]} PNEUMONIA`;
}

function describeSource(
  { name, licence, page }: Dataset,
  files: ReadonlyMap<RemoteFile, FetchedFile>,
  counts: ImageCounts,
) {
  return {
    formatVersion: 1,
    source: name,
    licence,
    page,
    files: [...files].map(([file, { sizeBytes, sha256, checkedAgainst }]) => ({
      name: file.name,
      sizeBytes,
      sha256,
      checkedAgainst: checkedAgainst ?? null,
    })),
    counts,
  };
}

async function readNote(folder: string) {
  const text = await readFile(join(folder, NOTE_NAME), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return noteSchema.parse(JSON.parse(text)) as { source: string; counts: ImageCounts };
  } catch {
    return undefined; // somebody else's file: the folder is not ours to take for whole
  }
}
