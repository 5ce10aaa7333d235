/**
 * Coverage: which source pixels each target pixel covers along one axis, and with what share. Counted in units
 * where a source pixel is `target` long and a target pixel `source` long: all borders are whole numbers and so
 * are the shares, so no rounding decides which pixels touch, and sums of bytes stay exact.
 */
export interface Coverage {
  first: Int32Array; // [target]: the first source pixel
  start: Int32Array; // [target + 1]: where its shares lie
  shares: Float64Array; // whole numbers that sum to the source's length for each target pixel
}

export function coverAxis(source: number, target: number): Coverage {
  const first = new Int32Array(target);
  const start = new Int32Array(target + 1);
  const shares: number[] = [];
  for (let j = 0; j < target; j++) {
    const low = j * source;
    const high = low + source;
    first[j] = Math.floor(low / target);
    for (let i = first[j]!; i * target < high; i++) {
      shares.push(Math.min((i + 1) * target, high) - Math.max(i * target, low));
    }
    start[j + 1] = shares.length;
  }
  return { first, start, shares: Float64Array.from(shares) };
}
