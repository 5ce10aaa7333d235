/**
 * Looks -> groups of pictures that were taken alike, by k-means over standardised numbers. No label, no name of a
 * file has a part in it. The same looks in the same order give the same groups.
 */
import { kmeans } from "ml-kmeans";

/**
 * From a trial on the public training images, where 8 to 16 kept most pictures with one kind of marker together and 24
 * did not (ADR 109).
 */
const MOST_GROUPS = 12;
/** Pictures a group should have, on average at the least: of fewer a share says nothing. */
const LEAST_SIZE = 20;
const FARTHEST = 4; // deviations: beyond it an odd picture would make a group of its own
const STARTS = 3; // k-means ends in the nearest minimum; the best of several is kept

export interface LookGroups {
  /** The group of each picture. */
  of: Uint8Array;
  /** [groups][numbers]: their middles, in deviations from the mean of all. */
  middles: number[][];
  /** Each picture's squared distance from the middle of its group. */
  distances: Float64Array;
}

/** `looks`: [n][numbers]. Too few pictures for two groups make one, and none makes none. */
export function groupLooks(looks: readonly Float32Array[]): LookGroups {
  if (looks.length < 2 * LEAST_SIZE) return groupAsOne(looks);
  const points = standardise(looks);
  const count = Math.max(1, Math.min(MOST_GROUPS, Math.floor(looks.length / LEAST_SIZE)));
  const tries = Array.from({ length: STARTS }, (_, start) => {
    const { clusters, centroids } = kmeans(points, count, { seed: start + 1, initialization: "kmeans++" });
    const distances = Float64Array.from(points, (point, at) => distance(point, centroids[clusters[at]!]!));
    const spread = distances.reduce((sum, value) => sum + value, 0);
    return { of: Uint8Array.from(clusters), middles: centroids, distances, spread };
  });
  const [best] = tries.sort((a, b) => a.spread - b.spread);
  const { of, middles, distances } = best!;
  return { of, middles, distances };
}

function groupAsOne(looks: readonly Float32Array[]): LookGroups {
  const points = standardise(looks);
  const middle = Array.from(points[0] ?? [], () => 0);
  return {
    of: new Uint8Array(points.length),
    middles: points.length > 0 ? [middle] : [],
    distances: Float64Array.from(points, (point) => distance(point, middle)),
  };
}

/** Each number in deviations from its mean; one that is the same everywhere says nothing and is 0. */
function standardise(looks: readonly Float32Array[]): number[][] {
  const numbers = looks[0]?.length ?? 0;
  const scales = Array.from({ length: numbers }, (_, at) => {
    const mean = looks.reduce((sum, look) => sum + look[at]!, 0) / looks.length;
    const variance = looks.reduce((sum, look) => sum + (look[at]! - mean) ** 2, 0) / looks.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  return looks.map((look) =>
    scales.map(({ mean, deviation }, at) =>
      deviation > 0 ? Math.max(-FARTHEST, Math.min(FARTHEST, (look[at]! - mean) / deviation)) : 0,
    ),
  );
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0);
