/**
 * Group-robust loss (Sagawa, Koh, Hashimoto, Liang 2020, "Distributionally Robust Neural Networks for Group Shifts",
 * algorithm 1): what is made small is the worst group's loss in place of the mean over all images. With q on the
 * simplex of groups, after each step with the batch's mean loss L_g of each group that is in it
 *   q_g <- q_g exp(step * L_g) / sum,
 * and the next step's loss is sum_g q_g L_g. Here an image weighs q_g / p_g, p_g being the share of its group in an
 * epoch: the same in the mean, and a batch that holds one image of a group does not take it for all of it.
 *
 * A group is a look and a class. Where a look has few images of a class these share one group of their class: a weight
 * on two images would make the network learn them by heart.
 */

export interface RobustGroups {
  /** The group of each training image. */
  of: Uint8Array;
  /** The share of each in an epoch; sums to 1. */
  shares: readonly number[];
  /** Of q, in a loss of 1. */
  step: number;
}

/** As many as a group needs to be judged by (evaluation/cross-fit-report.ts). */
const LEAST = 20;

/** `looks` and `labels`: one an image. `showings`: how often an epoch shows each, in the mean. */
export function formRobustGroups(
  looks: Uint8Array,
  labels: Uint8Array,
  { showings, step }: { showings?: Float64Array; step: number },
): RobustGroups {
  const sizes = new Map<string, number>();
  const nameOf = (row: number) => `${labels[row]} ${looks[row]}`;
  looks.forEach((_, row) => void sizes.set(nameOf(row), (sizes.get(nameOf(row)) ?? 0) + 1));
  const names = Array.from(looks, (_, row) =>
    sizes.get(nameOf(row))! >= LEAST ? nameOf(row) : `${labels[row]} rest`,
  );
  const numbers = new Map([...new Set(names)].sort().map((name, number) => [name, number]));
  const of = Uint8Array.from(names, (name) => numbers.get(name)!);
  const shares = Array.from(numbers, () => 0);
  of.forEach((group, row) => {
    shares[group] = shares[group]! + (showings?.[row] ?? 1) / of.length;
  });
  return { of, shares, step };
}

/** q at the start: every group alike. */
export function startRobust({ shares }: RobustGroups): Float64Array {
  return new Float64Array(shares.length).fill(1 / shares.length);
}

/** What each image of a batch weighs, with a mean of 1 over an epoch. `rows`: of the images. */
export function weighImages(q: Float64Array, { of, shares }: RobustGroups, rows: Uint32Array): Float32Array {
  return Float32Array.from(rows, (row) => q[of[row]!]! / shares[of[row]!]!);
}

/** Moves `q` in place. `losses`: of each image of the batch, unweighted. */
export function updateRobust(
  q: Float64Array,
  { of, step }: RobustGroups,
  { rows, losses }: { rows: Uint32Array; losses: Float64Array },
): void {
  const sums = new Map<number, { loss: number; images: number }>();
  rows.forEach((row, at) => {
    const group = of[row]!;
    const { loss, images } = sums.get(group) ?? { loss: 0, images: 0 };
    sums.set(group, { loss: loss + losses[at]!, images: images + 1 });
  });
  for (const [group, { loss, images }] of sums) q[group] = q[group]! * Math.exp((step * loss) / images);
  const total = q.reduce((sum, value) => sum + value, 0);
  for (let group = 0; group < q.length; group++) q[group] = q[group]! / total;
}
