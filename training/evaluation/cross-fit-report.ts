/**
 * Figures of a cross-fitted judging: over all images, in each group of like looks, and in the worst of these, which is
 * what designs are chosen by. A network that leans on looks does well on the whole and badly where its look misleads.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  aucDeLong,
  type Estimate,
  type McnemarTest,
  mcnemar,
  wilsonInterval,
} from "@radlite/model/statistics";
import type { CrossFitCases } from "./cross-fit-cases.ts";

/** Images that a group needs of either class to be the worst: of fewer, one verdict is five points and more. */
export const LEAST_OF_CLASS = 20;

export interface Figures {
  images: [normal: number, pneumonia: number];
  accuracy: Estimate;
  /** Absent without images of the class. */
  sensitivity?: Estimate;
  specificity?: Estimate;
}

export interface GroupFigures extends Figures {
  /** From 1, as it is shown: that of `radlite data check`, and look-4 of the evaluation set `looks` for group 4. */
  group: number;
  /** The mean of sensitivity and specificity; absent for a group with fewer than LEAST_OF_CLASS images of a class. */
  balanced?: number;
}

export interface CrossFitReport {
  all: Figures & { auc: Estimate };
  /** The lowest balanced accuracy first, then those without. */
  groups: GroupFigures[];
  /** The first of them, where it has one. */
  worst: GroupFigures | undefined;
  /** The mean of the groups that have a balanced accuracy; absent where none has. */
  meanBalanced: number | undefined;
}

export function reportCrossFit({ labels, group, margins }: CrossFitCases): CrossFitReport {
  const rows = [...labels.keys()];
  const count = (some: readonly number[]) => summarise(some, labels, margins);
  const groups = [...new Set(group)].map((one): GroupFigures => {
    const figures = count(rows.filter((row) => group[row] === one));
    const isLarge = Math.min(...figures.images) >= LEAST_OF_CLASS;
    const balanced = isLarge && (figures.sensitivity!.value + figures.specificity!.value) / 2;
    return { group: one + 1, ...figures, ...(balanced === false ? {} : { balanced }) };
  });
  groups.sort((a, b) => (a.balanced ?? 2) - (b.balanced ?? 2) || a.group - b.group);
  const [first] = groups;
  const balanced = groups.flatMap((one) => one.balanced ?? []);
  return {
    all: { ...count(rows), auc: aucDeLong(margins, labels) },
    groups,
    worst: first?.balanced === undefined ? undefined : first,
    meanBalanced:
      balanced.length > 0 ? balanced.reduce((sum, one) => sum + one, 0) / balanced.length : undefined,
  };
}

/** Which of two is right oftener, image by image. Errors: BAD_INPUT where they judged other images. */
export function compareCrossFits(first: CrossFitCases, second: CrossFitCases): McnemarTest {
  requireSameImages(first, second);
  const right = ({ labels, margins }: CrossFitCases) =>
    Array.from(labels, (label, row) => isRight(label, margins[row]!));
  return mcnemar(right(first), right(second));
}

/** What another is compared with. Errors: BAD_INPUT. */
export function requireSameImages(
  judged: Pick<CrossFitCases, "recipe" | "images">,
  other: Pick<CrossFitCases, "recipe" | "images">,
): void {
  if (judged.images === other.images) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${judged.recipe.name} and ${other.recipe.name} are not of the same images: compare cases of one data folder.`,
  );
}

function summarise(rows: readonly number[], labels: Uint8Array, margins: Float32Array): Figures {
  const ofClass = [0, 1].map((label) => rows.filter((row) => labels[row] === label));
  const [normal, pneumonia] = ofClass.map(
    (some) => some.filter((row) => isRight(labels[row]!, margins[row]!)).length,
  );
  const [normals, pneumonias] = ofClass.map(({ length }) => length);
  return {
    images: [normals!, pneumonias!],
    accuracy: wilsonInterval(normal! + pneumonia!, rows.length),
    ...(pneumonias! > 0 ? { sensitivity: wilsonInterval(pneumonia!, pneumonias!) } : {}),
    ...(normals! > 0 ? { specificity: wilsonInterval(normal!, normals!) } : {}),
  };
}

const isRight = (label: number, margin: number): boolean => margin >= 0 === (label === 1);
