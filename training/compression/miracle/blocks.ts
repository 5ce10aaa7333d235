/**
 * Blocks: the free values in the order of the seed's shuffle, cut into stretches that are coded one by one. Cut
 * by count, all are as large as each other; cut by information, a block is full when its KL reaches the budget.
 */
import { cutEvenly, drawPlaces } from "@radlite/model/format";

export interface Blocks {
  /** [free]: the free value at each place of the shuffle. */
  places: Uint32Array;
  /** For each block, its free values. */
  sizes: Uint32Array;
  /** [free]: the block of each free value. */
  blockOf: Uint32Array;
}

export function cutByCount(free: number, blocks: number, seed: number): Blocks {
  return assignBlocks(drawPlaces(seed, free), cutEvenly(free, blocks));
}

/**
 * Blocks of at most `budget` nats, or of the one value that has more, and of at most `limit` values; `kl` [free]
 * in nats.
 */
export function cutByKl(
  kl: Float64Array,
  { budget, limit, seed }: { budget: number; limit: number; seed: number },
): Blocks {
  const places = drawPlaces(seed, kl.length);
  const sizes: number[] = [];
  let [size, nats] = [0, 0];
  for (const place of places) {
    if (size > 0 && (size === limit || nats + kl[place]! > budget)) {
      sizes.push(size);
      [size, nats] = [0, 0];
    }
    size++;
    nats += kl[place]!;
  }
  sizes.push(size);
  return assignBlocks(places, Uint32Array.from(sizes));
}

/** For each block, the sum over its values. */
export function sumByBlock({ blockOf, sizes }: Blocks, values: Float64Array): Float64Array {
  const sums = new Float64Array(sizes.length);
  values.forEach((value, at) => {
    sums[blockOf[at]!]! += value;
  });
  return sums;
}

/** The free values of each block, in its order. */
export function listBlocks({ places, sizes }: Blocks): Uint32Array[] {
  let end = 0;
  return Array.from(sizes, (size) => {
    end += size;
    return places.subarray(end - size, end);
  });
}

function assignBlocks(places: Uint32Array, sizes: Uint32Array): Blocks {
  const blocks: Blocks = { places, sizes, blockOf: new Uint32Array(places.length) };
  listBlocks(blocks).forEach((values, block) => {
    for (const value of values) blocks.blockOf[value] = block;
  });
  return blocks;
}
