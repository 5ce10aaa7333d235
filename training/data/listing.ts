/**
 * A folder of radiographs -> the images in it, each with label, patient and SHA-256, sorted by SHA-256 so that
 * neither file names nor the order of the file system change a training. Nothing is dropped in silence: every
 * file in a class folder (hidden ones excepted) is an image or is named among the unreadable.
 */
import { type Dirent, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { digestOf, readPlainFile } from "@radlite/registry/bundle";
import { groupBy } from "./group-by.ts";
import { readPatient } from "./patient.ts";

export const CLASSES = ["NORMAL", "PNEUMONIA"] as const;
export type ClassName = (typeof CLASSES)[number];

export interface Radiograph {
  path: string;
  /** Relative to the data folder, with forward slashes: what people are shown. */
  file: string;
  /** Index into CLASSES. */
  label: 0 | 1;
  patient: string;
  /** The digest of the file's bytes, 64 hex digits. */
  sha256: string;
}

export interface Unreadable {
  file: string;
  reason: string;
}

export interface Listing {
  folder: string;
  images: Radiograph[];
  /** Groups of two or more files with the same bytes. */
  duplicates: string[][];
  /** Images whose name says no patient: each counts as a patient of its own. */
  unknownPatients: number;
  unreadable: Unreadable[];
}

/**
 * `folder` holds NORMAL/ and PNEUMONIA/, or `set`/ with them. `onProgress` counts files. Errors: BAD_INPUT when
 * it does not, or when a class has no readable file.
 */
export async function listRadiographs(
  folder: string,
  set: "train" | "test",
  onProgress?: (done: number, total: number) => void,
): Promise<Listing> {
  const root = findClassFolders(folder, set);
  const images: Radiograph[] = [];
  const unreadable: Unreadable[] = [];
  let unknownPatients = 0;
  const paths = await Promise.all(CLASSES.map((name) => listFiles(join(root, name))));
  const total = paths.flat().length;
  let done = 0;
  for (const label of [0, 1] as const) {
    for (const path of paths[label]!) {
      const file = relative(folder, path).split(sep).join("/");
      const sha256 = await hashFile(path);
      onProgress?.(++done, total);
      if (sha256 instanceof Error) {
        unreadable.push({ file, reason: sha256.message });
        continue;
      }
      const patient = readPatient(file);
      if (patient === undefined) unknownPatients++;
      images.push({ path, file, label, patient: patient ?? file, sha256 });
    }
  }
  images.sort((a, b) => compare(a.sha256, b.sha256) || compare(a.file, b.file));
  requireBothClasses(images, root, unreadable);
  return { folder: root, images, duplicates: findDuplicates(images), unknownPatients, unreadable };
}

/** Errors: BAD_INPUT that names the class of which no image is left, and a file that was none. */
export function requireBothClasses(
  images: { label: 0 | 1 }[],
  where: string,
  unreadable: readonly Unreadable[],
): void {
  for (const label of [0, 1] as const) {
    if (images.some((image) => image.label === label)) continue;
    const [faulty] = unreadable.filter(({ file }) => file.split("/").includes(CLASSES[label]));
    const advice = faulty ? `Of ${faulty.file} it is known: ${faulty.reason}` : "There is none in its folder";
    throw new RadliteError(
      "BAD_INPUT",
      `No readable image of class ${CLASSES[label]} in ${where}: expected at least one JPEG, PNG or DICOM file of each class. ${advice}.`,
    );
  }
}

function findClassFolders(folder: string, set: "train" | "test"): string {
  const holdsClasses = (root: string) => CLASSES.every((name) => existsSync(join(root, name)));
  const root = [folder, join(folder, set)].find(holdsClasses);
  if (root !== undefined) return root;
  const came = existsSync(folder) ? "it holds neither" : "there is no such folder";
  throw new RadliteError(
    "BAD_INPUT",
    `The data folder ${folder} has the wrong layout: expected the folders NORMAL and PNEUMONIA in it, or a folder ${set} with these two; ${came}.`,
  );
}

/** Every file below, by path; links included, hidden ones left out. */
async function listFiles(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function hashFile(path: string): Promise<string | Error> {
  try {
    return digestOf(await readPlainFile(path));
  } catch (error) {
    return error as Error;
  }
}

function findDuplicates(images: Radiograph[]): string[][] {
  return groupBy(images, ({ sha256 }) => sha256)
    .filter((group) => group.length > 1)
    .map((group) => group.map(({ file }) => file));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
