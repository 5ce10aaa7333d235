/**
 * What is in a data folder, and what about it could fool a training: files that are the same or nearly so, patients
 * with pictures in both parts, files that do not decode, how well each property of the files alone tells the classes
 * apart, and groups of pictures that were taken alike and are nearly all of one class. A network can learn such a
 * property or look in place of the disease; an AUC far from 0.5 says that it may.
 */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { aucDeLong, type Estimate } from "@radlite/model/statistics";
import type { DecodeOptions } from "../decoding.ts";
import { groupBy } from "../group-by.ts";
import { findLookGroups, type LookCheck } from "../groups/find.ts";
import {
  CLASSES,
  listRadiographs,
  type Radiograph,
  requireBothClasses,
  type Unreadable,
} from "../listing.ts";
import { findLookAlikes } from "./look-alikes.ts";
import { type Quartiles, summariseQuartiles } from "./quartiles.ts";
import { findShortcuts, MIN_IMAGES } from "./shortcuts.ts";
import { measureTraits, THUMBNAIL_SIDE, TRAITS, type Trait, type TraitTable } from "./traits.ts";

export interface DataCheck {
  folder: string;
  sets: SetCheck[];
  /** Groups of files with the same bytes in several sets. */
  sharedFiles: string[][];
  /** Groups of files with the same bytes under both labels, in whatever set. */
  disputedFiles: string[][];
  /** Pictures that are nearly the same and not of the same bytes, most alike first. */
  lookAlikes: { files: [string, string]; correlation: number }[];
  /** Patients, by name, with pictures in several sets. Sets may number their patients each from 1. */
  patientsInSeveralSets: string[];
}

export interface SetCheck {
  /** The folder with the classes in it; `.` for the data folder itself. */
  set: string;
  /** In the order NORMAL, PNEUMONIA; readable ones. */
  images: [normal: number, pneumonia: number];
  patients: [normal: number, pneumonia: number];
  /** Images whose name says no patient: each counts as a patient of its own. */
  unknownPatients: number;
  sizeBytes: [normal: number, pneumonia: number];
  /** Groups of files with the same bytes in this set. */
  duplicates: string[][];
  unreadable: Unreadable[];
  traits: Record<Trait, TraitCheck>;
  /** Those that a network could score by in place of the disease, strongest first. */
  shortcuts: Trait[];
  /** Pictures that were taken alike; absent where a class is too small to say what they foretell. */
  looks?: LookCheck;
}

export interface TraitCheck {
  classes: [normal: Quartiles, pneumonia: Quartiles];
  /** The chance that a PNEUMONIA file has more of it than a NORMAL one, with its 95% interval. */
  auc: Estimate;
}

/** A set and its pictures, for plots. */
export interface CheckedSet {
  check: SetCheck;
  table: TraitTable;
}

/** Above what the most alike of 5,561 radiographs of different children reach, which is 0.975. */
const ALIKE = 0.99;
const SETS = ["train", "val", "test"];

/** What a check does, one after the other: files are read, then decoded, then pairs of pictures compared. */
export type CheckStep = "read" | "decoded" | "compared";

export interface CheckOptions extends Omit<DecodeOptions, "onProgress"> {
  onProgress?: (step: CheckStep, done: number, total: number) => void;
}

/** Errors: BAD_INPUT (the layout, a class without a readable image in a set). */
export async function checkFolder(
  folder: string,
  { onProgress, ...options }: CheckOptions = {},
): Promise<{ check: DataCheck; sets: CheckedSet[] }> {
  const listings = [];
  for (const set of findSets(folder)) {
    listings.push(await listSet(folder, set, (done, total) => onProgress?.("read", done, total)));
  }
  const total = listings.reduce((sum, { images }) => sum + images.length, 0);
  const sets: CheckedSet[] = [];
  let before = 0;
  for (const { set, images, unreadable, duplicates } of listings) {
    const table = await measureTraits(images, {
      ...options,
      onProgress: (done) => onProgress?.("decoded", before + done, total),
    });
    before += images.length;
    const check = await checkSet(set, table, [...unreadable, ...table.unreadable]);
    sets.push({ check: { ...check, duplicates }, table });
  }
  const lookAlikes = await listLookAlikes(sets, (done, all) => onProgress?.("compared", done, all));
  const compared = compareSets(listings);
  return { check: { folder, sets: sets.map(({ check }) => check), ...compared, lookAlikes }, sets };
}

/** The parts that are there; the folder itself where the classes lie in it. */
function findSets(folder: string): string[] {
  const holdsClasses = (path: string) => CLASSES.every((name) => existsSync(join(path, name)));
  if (holdsClasses(folder)) return ["."];
  const found = SETS.filter((set) => holdsClasses(join(folder, set)));
  if (found.length > 0) return found;
  throw new RadliteError(
    "BAD_INPUT",
    `The data folder ${folder} has the wrong layout: expected the folders NORMAL and PNEUMONIA in it, or one of ${SETS.join(", ")} with these two; ${existsSync(folder) ? "it holds neither" : "there is no such folder"}.`,
  );
}

/** With files named from the data folder. */
async function listSet(folder: string, set: string, onProgress: (done: number, total: number) => void) {
  const listing = await listRadiographs(join(folder, set), "train", onProgress);
  const rename = (file: string) => (set === "." ? file : `${set}/${file}`);
  return {
    set,
    images: listing.images.map((image) => ({
      ...image,
      file: rename(image.file),
      patient: image.patient === image.file ? rename(image.file) : image.patient,
    })),
    unreadable: listing.unreadable.map(({ file, reason }) => ({ file: rename(file), reason })),
    duplicates: listing.duplicates.map((group) => group.map(rename)),
  };
}

async function checkSet(set: string, table: TraitTable, unreadable: Unreadable[]) {
  const { images, values } = table;
  const labels = images.map(({ label }) => label);
  requireBothClasses(images, set === "." ? "the folder" : `its part ${set}`, unreadable);
  const ofClass = <T>(pick: (of: Radiograph[]) => T): [T, T] => [
    pick(images.filter(({ label }) => label === 0)),
    pick(images.filter(({ label }) => label === 1)),
  ];
  const traits = TRAITS.map((trait): [Trait, TraitCheck] => {
    const [normal, pneumonia] = [0, 1].map((label) => values[trait].filter((_, at) => labels[at] === label));
    const classes: TraitCheck["classes"] = [summariseQuartiles(normal!), summariseQuartiles(pneumonia!)];
    return [trait, { classes, auc: aucDeLong(values[trait], labels) }];
  });
  const checked = Object.fromEntries(traits) as SetCheck["traits"];
  const counts = ofClass((of) => of.length);
  const looks = Math.min(...counts) >= MIN_IMAGES ? findLookGroups(images, table.looks) : undefined;
  const sizes = await Promise.all(images.map(({ path }) => stat(path).then(({ size }) => size)));
  const sizeOf = new Map(images.map((image, at) => [image, sizes[at]!]));
  return {
    set,
    images: counts,
    patients: ofClass((of) => new Set(of.map(({ patient }) => patient)).size),
    unknownPatients: images.filter(({ patient, file }) => patient === file).length,
    sizeBytes: ofClass((of) => of.reduce((sum, image) => sum + sizeOf.get(image)!, 0)),
    unreadable,
    traits: checked,
    shortcuts: findShortcuts(checked, counts),
    ...(looks && { looks }),
  };
}

function compareSets(
  listings: readonly { set: string; images: Radiograph[] }[],
): Pick<DataCheck, "sharedFiles" | "disputedFiles" | "patientsInSeveralSets"> {
  const all = listings.flatMap(({ set, images }) => images.map((image) => ({ set, image })));
  const groups = groupBy(all, ({ image }) => image.sha256).filter((group) => group.length > 1);
  const name = (group: typeof all) => group.map(({ image }) => image.file);
  const varies = (group: typeof all, of: (item: (typeof all)[number]) => unknown) =>
    new Set(group.map(of)).size > 1;
  const patients = groupBy(
    all.filter(({ image }) => image.patient !== image.file),
    ({ image }) => image.patient,
  );
  return {
    sharedFiles: groups.filter((group) => varies(group, ({ set }) => set)).map(name),
    disputedFiles: groups.filter((group) => varies(group, ({ image }) => image.label)).map(name),
    patientsInSeveralSets: patients
      .filter((group) => varies(group, ({ set }) => set))
      .map((group) => group[0]!.image.patient)
      .sort(),
  };
}

async function listLookAlikes(
  sets: readonly CheckedSet[],
  onProgress: (done: number, total: number) => void,
): Promise<DataCheck["lookAlikes"]> {
  const images = sets.flatMap(({ table }) => table.images);
  const thumbnails = new Float32Array(images.length * THUMBNAIL_SIDE ** 2);
  let at = 0;
  for (const { table } of sets) {
    thumbnails.set(table.thumbnails, at);
    at += table.thumbnails.length;
  }
  const found = await findLookAlikes(thumbnails, THUMBNAIL_SIDE, ALIKE, onProgress);
  return found
    .filter(({ pair: [a, b] }) => images[a]!.sha256 !== images[b]!.sha256)
    .map(({ pair: [a, b], correlation }) => ({ files: [images[a]!.file, images[b]!.file], correlation }));
}
