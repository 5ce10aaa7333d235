/** Counts of levels, to ask what share lies below one: no sorting, and the same wherever it is done. */

const STEP = 0.25; // grey levels
const MOST = 4 * 255; // what the Laplacian of grey levels can reach

export interface Levels {
  /** `level` from 0 to 1020; beyond counts as that. */
  add(level: number): void;
  /** The level that `share` of those added stay below, to a quarter; 0 when none was added. */
  below(share: number): number;
  /** The share of those whose level `fits`. */
  share(fits: (level: number) => boolean): number;
}

export function countLevels(): Levels {
  const counts = new Uint32Array(MOST / STEP + 1);
  let total = 0;
  return {
    add(level) {
      const bin = Math.min(counts.length - 1, Math.round(level / STEP));
      counts[bin]!++;
      total++;
    },
    below(share) {
      let seen = 0;
      const wanted = share * total;
      const bin = counts.findIndex((count) => {
        seen += count;
        return seen >= wanted;
      });
      return total > 0 ? bin * STEP : 0;
    },
    share: (fits) =>
      counts.reduce((sum, count, bin) => (fits(bin * STEP) ? sum + count : sum), 0) / Math.max(1, total),
  };
}
