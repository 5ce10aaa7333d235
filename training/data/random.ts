/**
 * Seeded randomness without a history: a generator is a function of the numbers it is named by, such as seed,
 * epoch and image, so that any batch of any epoch can be made again from these alone.
 */

import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

const TO_UNIT = 2 ** -32;
const GOLDEN = 0x9e3779b9; // 2^32 / golden ratio: spreads small, consecutive names

/** Names are whole numbers below 2^32; their order counts. */
export function seedRandom(...names: number[]): RandomGenerator {
  const state = [1, 2, 3, 4].map((word) =>
    names.reduce((mixed, name) => mix(Math.imul(mixed, 31) ^ mix(name + GOLDEN)), mix(word)),
  );
  return xoroshiro128plusFromState(state);
}

/** Uniform in [low, high). */
export function drawUniform(random: RandomGenerator, low: number, high: number): number {
  return low + (high - low) * ((random.next() >>> 0) * TO_UNIT);
}

/** A permutation of 0 … n - 1 (Fisher-Yates). */
export function drawPermutation(random: RandomGenerator, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, at) => at);
  for (let at = n - 1; at > 0; at--) {
    const other = Math.floor(drawUniform(random, 0, at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

/** The finaliser of MurmurHash3 (Appleby 2011, public domain): every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
