/**
 * How often each picture is seen, so that within a group of like looks both classes count alike and the look foretells
 * less: a picture of the group's rarer class is drawn as many times as the other class is larger, up to a most, or
 * weighs as much in the loss. An epoch stays as long as it was.
 */
import type { GroupsRecipe } from "../../recipes/recipe.ts";
import { drawPermutation, drawUniform, seedRandom } from "../random.ts";

export interface Order {
  rows: Uint32Array;
  /** Which showing of the picture it is in this epoch, from 0: each is changed anew. */
  copies: Uint32Array;
}

/** How many times an epoch shows each row, in the mean: [n], with the sum n. */
export function countShowings(
  groups: Uint8Array,
  labels: Uint8Array,
  { most }: NonNullable<GroupsRecipe["balance"]>,
): Float64Array {
  const sizes = new Map<number, [number, number]>();
  groups.forEach((group, row) => {
    const size = sizes.get(group) ?? [0, 0];
    size[labels[row] === 1 ? 1 : 0]++;
    sizes.set(group, size);
  });
  const weights = Float64Array.from(groups, (group, row) => {
    const size = sizes.get(group)!;
    return Math.min(most, Math.max(...size) / size[labels[row] === 1 ? 1 : 0]);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight * weights.length) / sum);
}

/**
 * An epoch's order. Systematic sampling over a permutation: a picture is shown its mean number of times, rounded down
 * or up. `names`: of the random numbers.
 */
export function drawOrder(showings: Float64Array, names: readonly number[]): Order {
  const n = showings.length;
  const random = seedRandom(...names);
  const walk = drawPermutation(random, n);
  const start = drawUniform(random, 0, 1);
  const rows = new Uint32Array(n);
  const copies = new Uint32Array(n);
  let filled = 0;
  let reached = start;
  for (const row of walk) {
    const before = Math.floor(reached);
    reached += showings[row]!;
    const shown = Math.min(n - filled, Math.floor(reached) - before);
    for (let copy = 0; copy < shown; copy++, filled++) {
      rows[filled] = row;
      copies[filled] = copy;
    }
  }
  for (; filled < n; filled++) rows[filled] = walk[n - 1]!; // rounding of the sum may have lost one
  const shuffled = drawPermutation(random, n);
  return { rows: shuffled.map((at) => rows[at]!), copies: shuffled.map((at) => copies[at]!) };
}
