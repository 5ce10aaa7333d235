/**
 * A validation set that imitates a shift: of each class the patients whose images are most like the other class
 * in one property that should not matter, such as the size of the file. What is left to train on ties the
 * property to the label more than before, and in validation the tie is turned round: a network that leans on
 * the property does worse there than on patients drawn at random.
 */
import type { Radiograph } from "./listing.ts";
import { type Split, splitInOrder } from "./split.ts";

/**
 * `values`: the property of each image, `undefined` where it is not known; a patient counts by the mean of the
 * known ones, and one without any stays in training. Errors: BAD_INPUT when a class has fewer than two groups
 * of patients.
 */
export function splitAgainst(
  images: Radiograph[],
  values: readonly (number | undefined)[],
  fraction: number,
): Split {
  const known = new Map(images.map((image, at) => [image, values[at]]));
  const meanOf = (group: Radiograph[]) => average(group.map((image) => known.get(image)));
  const means = [0, 1].map((label) => meanOf(images.filter((image) => image.label === label)));
  const upwards = means[1]! >= means[0]!; // PNEUMONIA has the higher values
  return splitInOrder(images, fraction, (groups, label) => {
    const sign = (label === 0) === upwards ? 1 : -1;
    const likeness = new Map(groups.map((group) => [group, sign * meanOf(group)]));
    return groups.toSorted(
      (a, b) => compareDown(likeness.get(a)!, likeness.get(b)!) || (nameGroup(a) < nameGroup(b) ? -1 : 1),
    );
  });
}

/** NaN of nothing known. */
function average(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The highest first, what is not known last. */
function compareDown(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return b - a;
}

/** The same whatever the order of the images. */
function nameGroup(group: Radiograph[]): string {
  return group.map(({ sha256 }) => sha256).sort()[0]!;
}
