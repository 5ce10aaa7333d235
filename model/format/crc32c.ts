/**
 * CRC-32C (Castagnoli), the checksum of files: in WebAssembly, or in TypeScript where there is none. Not from a
 * library: those are loaded and compiled for longer than a small file takes to be checked.
 */
import { computeCrc32c } from "@radlite/model/kernels";

/** Castagnoli's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

export function crc32c(bytes: Uint8Array): number {
  return computeCrc32c(bytes) ?? computePlainCrc32c(bytes);
}

export function computePlainCrc32c(bytes: Uint8Array): number {
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let word = byte;
    for (let bit = 0; bit < 8; bit++) word = (word >>> 1) ^ (word & 1 ? POLYNOMIAL : 0);
    return word;
  });
  let register = -1;
  for (let i = 0; i < bytes.length; i++) register = (register >>> 8) ^ table[(register ^ bytes[i]!) & 0xff]!;
  return ~register >>> 0;
}
