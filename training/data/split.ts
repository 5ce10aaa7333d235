/**
 * Validation split off by patient: no patient, and no exact duplicate, lies on both sides. Each class gives
 * the wanted share of its images, by whole groups taken in an order that depends on the seed and the patients'
 * names alone, so that adding a patient moves few others.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import { groupBy } from "./group-by.ts";
import { CLASSES, type Radiograph } from "./listing.ts";

export interface Split {
  train: Radiograph[];
  validation: Radiograph[];
}

/** `fraction` in (0, 1). Errors: BAD_INPUT when a class has fewer than two groups of patients. */
export function splitValidation(
  images: Radiograph[],
  { fraction, seed }: { fraction: number; seed: number },
): Split {
  return splitInOrder(images, fraction, (groups) => {
    const ranks = new Map(groups.map((group) => [group, rankGroup(group, seed)]));
    return groups.toSorted((a, b) => (ranks.get(a)! < ranks.get(b)! ? -1 : 1));
  });
}

/**
 * Groups of patients go to validation in the `order` in which they are put, class by class. Errors: BAD_INPUT
 * when a class has fewer than two groups.
 */
export function splitInOrder(
  images: Radiograph[],
  fraction: number,
  order: (groups: Radiograph[][], label: 0 | 1) => Radiograph[][],
): Split {
  const chosen = new Set<Radiograph>();
  const groups = groupPatients(images);
  for (const label of [0, 1] as const) {
    const ofClass = groups.filter((group) => group[0]!.label === label);
    if (ofClass.length < 2) {
      throw new RadliteError(
        "BAD_INPUT",
        `Class ${CLASSES[label]} has ${ofClass.length === 1 ? "images of one patient only" : "no patient of its own"}: expected two patients or more, one to train and one to validate on. Add images.`,
      );
    }
    for (const image of takeShare(order(ofClass, label), fraction)) chosen.add(image);
  }
  return {
    train: images.filter((image) => !chosen.has(image)),
    validation: images.filter((image) => chosen.has(image)),
  };
}

/**
 * Each image in one of `folds` parts, by whole patients and of each class about as many in each: [n], from 0. Errors:
 * BAD_INPUT when a class has fewer groups of patients than there are parts.
 */
export function splitFolds(
  images: Radiograph[],
  { folds, seed }: { folds: number; seed: number },
): Uint8Array {
  const foldOf = new Map<Radiograph, number>();
  const groups = groupPatients(images);
  for (const label of [0, 1] as const) {
    const ofClass = groups
      .filter((group) => group[0]!.label === label)
      .map((group) => ({ group, rank: rankGroup(group, seed) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1));
    if (ofClass.length < folds) {
      throw new RadliteError(
        "BAD_INPUT",
        `Class ${CLASSES[label]} has images of ${ofClass.length} patients, for ${folds} parts: ask for fewer parts, or add images.`,
      );
    }
    const sizes = new Array<number>(folds).fill(0);
    for (const { group } of ofClass) {
      const fold = sizes.indexOf(Math.min(...sizes));
      sizes[fold]! += group.length;
      for (const image of group) foldOf.set(image, fold);
    }
  }
  return Uint8Array.from(images, (image) => foldOf.get(image)!);
}

/** The share of one class: groups in their order while they fit, one at least and never all. */
function takeShare(groups: Radiograph[][], fraction: number): Radiograph[] {
  const wanted = fraction * groups.reduce((sum, group) => sum + group.length, 0);
  const taken = groups[0]!.slice();
  for (const group of groups.slice(1, -1)) {
    if (taken.length + group.length <= Math.ceil(wanted)) taken.push(...group);
  }
  return taken;
}

function rankGroup(group: Radiograph[], seed: number): string {
  const patient = group.map((image) => image.patient).sort()[0]!;
  return digestOf(`${seed}:${patient}`);
}

/** Images joined by the same patient or the same bytes, directly or through others. */
function groupPatients(images: Radiograph[]): Radiograph[][] {
  const parent = images.map((_, at) => at);
  const find = (at: number): number => {
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const firstWith = new Map<string, number>();
  images.forEach((image, at) => {
    for (const key of [`patient ${image.patient}`, `bytes ${image.sha256}`]) {
      const first = firstWith.get(key);
      if (first === undefined) firstWith.set(key, at);
      else parent[find(at)] = find(first);
    }
  });
  return groupBy(images, (_, at) => find(at));
}
