/**
 * What groups of like looks foretell: in each the share of PNEUMONIA beside the others', and how well the look alone
 * would rank the classes. A network that has seen "this machine" and "ill" together in training says ill of healthy
 * children that the machine takes later.
 */
import { aucDeLong, type Estimate, wilsonInterval } from "@radlite/model/statistics";
import type { Radiograph } from "../listing.ts";
import { groupLooks, type LookGroups } from "./group-looks.ts";
import { LOOK } from "./look.ts";

export interface LookGroup {
  /** From 1: group 4 of a training set is that of `radlite cross-fit`, and look-4 of the evaluation set `looks`. */
  group: number;
  images: [normal: number, pneumonia: number];
  /** The share of PNEUMONIA, with its 95% interval; and of all other images of the set. */
  share: Estimate;
  rest: Estimate;
  /** The shares differ by 0.1 and more, and their intervals do not meet. */
  isTelling: boolean;
  /** What sets the group apart most: in deviations from the mean of the set, largest first. */
  apart: { name: string; deviations: number }[];
  /** Files, the most typical first. */
  files: string[];
}

export interface LookCheck {
  /** How well the share of PNEUMONIA among the group's other patients ranks the classes. */
  auc: Estimate;
  /** The highest share of PNEUMONIA first. */
  groups: LookGroup[];
}

const TELLING = 0.1;
const APART = 3;

/** `looks`: one an image. `undefined` where fewer than two groups can be made. */
export function findLookGroups(
  images: readonly Radiograph[],
  looks: readonly Float32Array[],
): LookCheck | undefined {
  const found = groupLooks(looks);
  if (found.middles.length < 2) return undefined;
  const groups = found.middles
    .map((middle, group) => describeGroup(images, found, { middle, group }))
    .filter(({ files }) => files.length > 0)
    .sort((a, b) => b.share.value - a.share.value);
  const labels = images.map(({ label }) => label);
  return { auc: aucDeLong(scoreByGroup(images, found.of), labels), groups };
}

function describeGroup(
  images: readonly Radiograph[],
  { of, distances }: LookGroups,
  { middle, group }: { middle: readonly number[]; group: number },
): LookGroup {
  const rows = [...images.keys()].filter((at) => of[at] === group);
  const ill = rows.filter((at) => images[at]!.label === 1).length;
  const allIll = images.filter(({ label }) => label === 1).length;
  const share = wilsonInterval(ill, Math.max(1, rows.length));
  const rest = wilsonInterval(allIll - ill, Math.max(1, images.length - rows.length));
  return {
    group: group + 1,
    images: [rows.length - ill, ill],
    share,
    rest,
    isTelling:
      Math.abs(share.value - rest.value) >= TELLING && (share.low > rest.high || share.high < rest.low),
    apart: middle
      .map((deviations, at) => ({ name: LOOK[at]!, deviations }))
      .sort((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
      .slice(0, APART),
    files: rows.sort((a, b) => distances[a]! - distances[b]!).map((at) => images[at]!.file),
  };
}

/** An image by the others of its group, its own patient left out, so that no image foretells itself. */
function scoreByGroup(images: readonly Radiograph[], of: Uint8Array): Float64Array {
  const overall = images.filter(({ label }) => label === 1).length / images.length;
  const tally = () => ({ all: 0, ill: 0 });
  const groups = new Map<string, ReturnType<typeof tally>>();
  const add = (key: string, label: number) => {
    const sums = groups.get(key) ?? tally();
    groups.set(key, { all: sums.all + 1, ill: sums.ill + label });
  };
  const keysOf = (at: number) => [`${of[at]}`, `${of[at]} ${images[at]!.patient}`] as const;
  images.forEach(({ label }, at) => {
    for (const key of keysOf(at)) add(key, label);
  });
  return Float64Array.from(images, (_, at) => {
    const [group, own] = keysOf(at).map((key) => groups.get(key)!);
    return (group!.ill - own!.ill + overall) / (group!.all - own!.all + 1); // one picture's worth of not knowing
  });
}
