/**
 * k-means of numbers on a line. There clusters are intervals, so on sorted values with running sums Lloyd's
 * iteration costs k binary searches instead of n distances, and is exact.
 * Start: k centroids spread evenly from the smallest to the largest value, which keeps the few large weights
 * that matter most (Han, Mao & Dally, "Deep Compression", ICLR 2016, section 3.2). The within-cluster sum of
 * squares never grows from one iteration to the next.
 */
export interface Clustering {
  /** Ascending; clusters that no value belongs to are left out, so at most k. */
  centroids: Float64Array;
  /** One for each value, in the order given. */
  indices: Uint8Array;
  /** Within-cluster sum of squares after each assignment. */
  inertia: number[];
}

const MOST_ITERATIONS = 300; // converges long before; a bound for values made to be slow

/** `k` from 1 to 256. */
export function clusterValues(values: Float32Array, k: number): Clustering {
  const sorted = Float64Array.from(values).sort();
  const sums = accumulate(sorted, (value) => value);
  const squares = accumulate(sorted, (value) => value * value);
  let centroids = spreadEvenly(sorted[0]!, sorted.at(-1)!, k);
  const inertia: number[] = [];
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const bounds = findBounds(sorted, centroids);
    inertia.push(measureInertia(centroids, bounds, sums, squares));
    const moved = centroids.map((centroid, cluster) => {
      const [start, end] = [bounds[cluster]!, bounds[cluster + 1]!];
      return end > start ? (sums[end]! - sums[start]!) / (end - start) : centroid;
    });
    if (moved.every((centroid, cluster) => centroid === centroids[cluster])) break;
    centroids = moved;
  }
  const bounds = findBounds(sorted, centroids);
  centroids = centroids.filter((_, cluster) => bounds[cluster + 1]! > bounds[cluster]!);
  return { centroids, indices: assignValues(values, centroids), inertia };
}

/** The same of the values that are not zero, to k - 1 centroids, with an exact zero for those that are; `k` from 2 on. */
export function clusterAroundZero(
  values: Float32Array,
  k: number,
): Pick<Clustering, "centroids" | "indices"> & { zero: number } {
  const others = values.filter((value) => value !== 0);
  if (others.length === 0) {
    return { centroids: new Float64Array(1), indices: new Uint8Array(values.length), zero: 0 };
  }
  const { centroids, indices } = clusterValues(others, k - 1);
  const zero = countBelow(centroids, 0);
  let next = 0;
  return {
    centroids: Float64Array.of(...centroids.subarray(0, zero), 0, ...centroids.subarray(zero)),
    indices: Uint8Array.from(values, (value) => {
      if (value === 0) return zero;
      const index = indices[next++]!;
      return index < zero ? index : index + 1;
    }),
    zero,
  };
}

/** The nearest of ascending centroids for each value, the upper one where two are equally near. */
export function assignValues(values: Float32Array, centroids: Float64Array): Uint8Array {
  const limits = findLimits(centroids);
  return Uint8Array.from(values, (value) => countAtMost(limits, value));
}

function spreadEvenly(low: number, high: number, k: number): Float64Array {
  return Float64Array.from({ length: k }, (_, at) =>
    k === 1 ? (low + high) / 2 : low + ((high - low) * at) / (k - 1),
  );
}

/** Cluster c holds sorted[bounds[c]] up to, not including, sorted[bounds[c + 1]]. */
function findBounds(sorted: Float64Array, centroids: Float64Array): number[] {
  const inner = Array.from(findLimits(centroids), (limit) => countBelow(sorted, limit));
  return [0, ...inner, sorted.length];
}

/** Half way between neighbours. */
function findLimits(centroids: Float64Array): Float64Array {
  return Float64Array.from(
    { length: centroids.length - 1 },
    (_, at) => (centroids[at]! + centroids[at + 1]!) / 2,
  );
}

/** sum (x - c)^2 = sum x^2 - 2 c sum x + n c^2, cluster by cluster. */
function measureInertia(
  centroids: Float64Array,
  bounds: number[],
  sums: Float64Array,
  squares: Float64Array,
): number {
  return centroids.reduce((total, centroid, cluster) => {
    const [start, end] = [bounds[cluster]!, bounds[cluster + 1]!];
    const [sum, square] = [sums[end]! - sums[start]!, squares[end]! - squares[start]!];
    return total + square - 2 * centroid * sum + (end - start) * centroid ** 2;
  }, 0);
}

function accumulate(values: Float64Array, term: (value: number) => number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, at) => {
    sums[at + 1] = sums[at]! + term(value);
  });
  return sums;
}

function countBelow(ascending: Float64Array, limit: number): number {
  return bisect(ascending, (value) => value < limit);
}

function countAtMost(ascending: Float64Array, limit: number): number {
  return bisect(ascending, (value) => value <= limit);
}

/** How many values from the front hold, where they hold up to some place and no further. */
function bisect(ascending: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
