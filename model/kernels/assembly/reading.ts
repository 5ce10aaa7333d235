/**
 * What reading a model file does for every byte and every weight. In a cold process a loop of JavaScript is
 * interpreted, then compiled for longer than it would have run; WebAssembly is there at once.
 */

/** CRC-32C: Castagnoli's polynomial, reflected. */
const POLYNOMIAL: u32 = 0x82f63b78;

/**
 * The checksum of `length` bytes behind those whose checksum is `checksum`, 0 for none.
 * @param table room for 256 words
 */
export function addCrc32c(bytes: usize, length: i32, checksum: u32, table: usize): u32 {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let word = byte;
    for (let bit = 0; bit < 8; bit++) word = (word >>> 1) ^ (word & 1 ? POLYNOMIAL : 0);
    store<u32>(table + (byte << 2), word);
  }
  let register = ~checksum;
  for (const end = bytes + length; bytes < end; bytes++) {
    register = (register >>> 8) ^ load<u32>(table + (((register ^ load<u8>(bytes)) & 0xff) << 2));
  }
  return ~register;
}

/**
 * Reads `count` symbols of a prefix code from bit `position` on, highest bit first, zeros past the end; returns
 * where the last code ends, which may lie past the end. The entry of `table` at the next `longest` bits holds the
 * symbol above the code's length of `lengthBits` bits.
 */
export function readCodes(
  bytes: usize,
  length: i32,
  position: i32,
  table: usize,
  longest: i32,
  lengthBits: i32,
  symbols: usize,
  count: i32,
): i32 {
  const indexMask = (1 << longest) - 1;
  const lengthMask = (1 << lengthBits) - 1;
  let next = position >> 3;
  let window: u32 = 0; // its low `held` bits are still to be read
  let held = -(position & 7);
  for (const end = symbols + count; symbols < end; symbols++) {
    while (held < longest) {
      window = (window << 8) | (next < length ? <u32>load<u8>(bytes + next) : 0);
      next++;
      held += 8;
    }
    const entry = <i32>load<u16>(table + (((window >>> (held - longest)) & indexMask) << 1));
    held -= entry & lengthMask;
    store<u8>(symbols, entry >> lengthBits);
  }
  return (next << 3) - held;
}

/** values[i] = codebook[indices[i]] */
export function lookUp(codebook: usize, indices: usize, values: usize, count: i32): void {
  for (const end = indices + count; indices < end; indices++) {
    store<f32>(values, load<f32>(codebook + ((<usize>load<u8>(indices)) << 2)));
    values += 4;
  }
}
