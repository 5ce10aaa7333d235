/** How many numbers fall into each of equally wide bins. */
export interface Histogram {
  low: number;
  high: number;
  counts: number[];
}

/** A number on a border belongs to the bin above; what lies outside counts in the first or the last bin. */
export function countHistogram(
  values: readonly number[],
  { low, high, bins }: { low: number; high: number; bins: number },
): Histogram {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    counts[Math.min(bins - 1, Math.max(0, bin))]!++;
  }
  return { low, high, counts };
}
