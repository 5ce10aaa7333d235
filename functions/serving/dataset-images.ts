/**
 * Pictures of a folder by the SHA-256 of their bytes, which is all that a caller names: no path comes from outside, and
 * none leads out of the folder. Files are hashed once, as they are looked for, and again when they have changed; what
 * is given out has the digest that was asked for.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { recogniseKind } from "@radlite/model/input";
import { digestOf, readPlainFile } from "@radlite/registry/bundle";
import { findDataset, listDatasets, type Picture } from "@radlite/registry/commands";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isOnLoopback } from "./identity/loopback.ts";
import { readAuthSettings } from "./identity/settings.ts";

/** As on the command line. */
const MAX_IMAGE_BYTES = 64 * 2 ** 20;
/** Of one data set. */
const MAX_FILES = 200_000;
const TYPES = { jpeg: "image/jpeg", png: "image/png" } as const;

interface Hashed {
  /** Of the file when it was hashed: another one has other bytes. */
  sizeBytes: number;
  modifiedMs: number;
  sha256: string;
}

interface Index {
  files: Map<string, Hashed>;
  places: Map<string, string>;
  /** The search under way: one at a time reads the folder. */
  search: Promise<unknown>;
}

const indices = new Map<string, Index>();

/** On this machine, or where RADLITE_SHOW_DATASETS says so. */
export function maySeePictures(event: APIGatewayProxyEventV2): boolean {
  const { trustsProxy, showsDatasets } = readAuthSettings(process.env);
  return showsDatasets || (!trustsProxy && isOnLoopback(event));
}

/**
 * Which of these images lie as pictures in a configured data set, and in which: the first by its name's place in the
 * setting. A data set whose folder cannot be read has none.
 */
export async function findPictures(images: readonly string[]): Promise<Picture[]> {
  const found = new Map<string, Picture>();
  for (const dataset of listDatasets(process.env)) {
    const left = images.filter((image) => !found.has(image));
    if (left.length === 0) break;
    const held = await findHeld(findDataset(process.env, dataset), left).catch(() => []);
    for (const image of held) found.set(image, { image, dataset });
  }
  return [...found.values()];
}

async function findHeld(folder: string, images: readonly string[]): Promise<string[]> {
  return inTurn(folder, async (index) => {
    for (const path of await listFiles(folder)) await hash(path, index);
    const held: string[] = [];
    for (const image of images) {
      const bytes = await findIn([index.places.get(image) ?? []].flat(), index, image);
      const kind = bytes && recogniseKind(bytes);
      if (kind === "jpeg" || kind === "png") held.push(image);
    }
    return held;
  });
}

export interface DatasetImage {
  bytes: Uint8Array;
  /** Of its content. */
  type: string;
}

/**
 * @param folder of a configured data set
 * @throws BAD_INPUT for no digest, and with UNSUPPORTED_TYPE (415) for a film, whose header may name its patient;
 *   NOT_FOUND when no picture of the folder has it; UNAVAILABLE when the folder is not there or too large.
 */
export async function readDatasetImage(folder: string, sha256: string): Promise<DatasetImage> {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new RadliteError("BAD_INPUT", "A picture is named by its SHA-256: 64 lower-case hex digits.", {
      reason: "NOT_A_DIGEST",
    });
  const bytes = await inTurn(folder, (index) => find(folder, index, sha256));
  if (!bytes)
    throw new RadliteError("NOT_FOUND", `No picture of the data set has SHA-256 ${sha256}.`, {
      reason: "UNKNOWN_IMAGE",
    });
  const kind = recogniseKind(bytes);
  if (kind === "jpeg" || kind === "png") return { bytes, type: TYPES[kind] };
  if (kind === undefined)
    throw new RadliteError("NOT_FOUND", `The file with SHA-256 ${sha256} is no picture.`, {
      reason: "NOT_AN_IMAGE",
    });
  throw new RadliteError("BAD_INPUT", "DICOM films are not shown: their headers may name their patients.", {
    reason: "UNSUPPORTED_TYPE",
    status: 415,
  });
}

function inTurn<Found>(folder: string, search: (index: Index) => Promise<Found>): Promise<Found> {
  const index = indices.get(folder) ?? { files: new Map(), places: new Map(), search: Promise.resolve() };
  indices.set(folder, index);
  const found = index.search.catch(() => undefined).then(() => search(index));
  index.search = found;
  return found;
}

async function find(folder: string, index: Index, sha256: string): Promise<Uint8Array | undefined> {
  const place = index.places.get(sha256);
  const paths = place === undefined ? [] : [place];
  return (await findIn(paths, index, sha256)) ?? findIn(await listFiles(folder), index, sha256);
}

async function findIn(
  paths: readonly string[],
  index: Index,
  sha256: string,
): Promise<Uint8Array | undefined> {
  for (const path of paths) {
    if ((await hash(path, index)) !== sha256) continue;
    const bytes = await readPlainFile(path, MAX_IMAGE_BYTES);
    if (digestOf(bytes) === sha256) return bytes;
  }
  return undefined;
}

/** Undefined for what cannot be read, or is no file of the size of a picture. */
async function hash(path: string, { files, places }: Index): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > MAX_IMAGE_BYTES) return undefined;
  const { size: sizeBytes, mtimeMs: modifiedMs } = found;
  const before = files.get(path);
  if (before?.sizeBytes === sizeBytes && before.modifiedMs === modifiedMs) return before.sha256;
  const bytes = await readPlainFile(path, MAX_IMAGE_BYTES).catch(() => undefined);
  if (!bytes) return undefined;
  const sha256 = digestOf(bytes);
  files.set(path, { sizeBytes, modifiedMs, sha256 });
  places.set(sha256, path);
  return sha256;
}

/** Of the folder and those below it; links that lead out of it are left out. */
async function listFiles(folder: string): Promise<string[]> {
  const root = await realpath(folder).catch(() => undefined);
  const entries =
    root && (await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined));
  if (!root || !entries) throw new RadliteError("UNAVAILABLE", "The folder of the data set cannot be read.");
  if (entries.length > MAX_FILES) {
    throw new RadliteError(
      "UNAVAILABLE",
      `The data set has ${entries.length} files; pictures are shown of at most ${MAX_FILES}.`,
    );
  }
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) paths.push(path);
    else if (entry.isSymbolicLink()) {
      const target = await realpath(path).catch(() => "");
      if (target.startsWith(root + sep)) paths.push(target);
    }
  }
  return paths;
}
