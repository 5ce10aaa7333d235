/**
 * The smallest of many numbers, as many as are asked for: what magnitude pruning comes down to. Equal numbers go
 * in their order, so equal weights give equal masks.
 */

/** Positions of the `count` smallest of `sizes`, ascending; no number may be negative or not a number. */
export function findSmallest(sizes: Float32Array, count: number): number[] {
  if (count <= 0) return [];
  if (count >= sizes.length) return [...sizes.keys()];
  const limit = sizes.toSorted()[count - 1]!;
  let equals = count - sizes.reduce((below, size) => below + (size < limit ? 1 : 0), 0);
  const found: number[] = [];
  sizes.forEach((size, at) => {
    if (size < limit || (size === limit && equals-- > 0)) found.push(at);
  });
  return found;
}
