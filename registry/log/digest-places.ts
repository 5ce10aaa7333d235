/**
 * Places of digests that lie one after the other as bytes, looked up without making texts of them: an open-addressed
 * table by their first two bytes, which are as good as random, made when first asked for.
 */
const DIGEST_BYTES = 32;

/** @returns the place of the first of these digests that is the wanted one, or -1. */
export type FindDigest = (wanted: Uint8Array) => number;

/** @param digests of 32 bytes each, at most 2^14: two bytes tell where in the table one begins. */
export function indexDigests(digests: Uint8Array): FindDigest {
  const held = Buffer.from(digests.buffer, digests.byteOffset, digests.length);
  const count = held.length / DIGEST_BYTES;
  let table: Uint16Array | undefined;

  return (wanted) => {
    if (wanted.length !== DIGEST_BYTES) return -1;
    table ??= makeTable(held, count);
    const mask = table.length - 1;
    for (let slot = startOf(wanted, 0) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
      const at = (table[slot]! - 1) * DIGEST_BYTES;
      // most that stand in the way differ in the next byte, which is seen without a call
      if (held[at + 2] !== wanted[2]) continue;
      if (held.compare(wanted, 0, DIGEST_BYTES, at, at + DIGEST_BYTES) === 0) return at / DIGEST_BYTES;
    }
    return -1;
  };
}

/** Places from 1 on, 0 for a free slot; at most a quarter of the slots are taken, so most of who is not there meet one. */
function makeTable(held: Uint8Array, count: number): Uint16Array {
  const table = new Uint16Array(2 ** Math.ceil(Math.log2(4 * count + 1)));
  for (let place = 0; place < count; place++) {
    let slot = startOf(held, place * DIGEST_BYTES) & (table.length - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
    table[slot] = place + 1;
  }
  return table;
}

const startOf = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
