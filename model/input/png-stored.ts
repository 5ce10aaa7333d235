/** Pixels of a PNG file that are not packed: a chunk of stored blocks, as long as what is in them. */

/** RFC 1950: the check sum counts modulo the largest prime below 2^16; so many bytes cannot overflow 2^32. */
const ADLER_BASE = 65_521;
const ADLER_RUN = 5552;
/** RFC 1951, 3.2.4. */
const LONGEST_BLOCK = 65_535;
const BLOCK_HEADER_BYTES = 5;

/**
 * An IDAT chunk that holds the lines, each behind its filter's byte. Its check sums, of the lines and of the chunk, are
 * the last eight bytes and zero: most who ask for it do not look at them.
 */
export function storePixels(lines: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(lines.length / LONGEST_BLOCK));
  const length = 2 + blocks * BLOCK_HEADER_BYTES + lines.length + 4;
  const chunk = new Uint8Array(8 + length + 4);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, length);
  chunk.set([0x49, 0x44, 0x41, 0x54, 0x78, 0x01], 4); // IDAT; a window of 32 kB, no dictionary
  let at = 10;
  for (let block = 0; block < blocks; block++) {
    const part = lines.subarray(block * LONGEST_BLOCK, (block + 1) * LONGEST_BLOCK);
    view.setUint8(at, block === blocks - 1 ? 1 : 0);
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length & 0xffff, true);
    chunk.set(part, at + BLOCK_HEADER_BYTES);
    at += BLOCK_HEADER_BYTES + part.length;
  }
  return chunk;
}

export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += ADLER_RUN) {
    const end = Math.min(start + ADLER_RUN, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= ADLER_BASE;
    b %= ADLER_BASE;
  }
  return ((b << 16) | a) >>> 0;
}
