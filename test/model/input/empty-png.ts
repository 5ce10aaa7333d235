/** A PNG whose header is right and which holds no pixel: for refusals that must come before decoding. */
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

const HEADER = readFileSync(new URL("../../fixtures/images/huge-30000x30000.png", import.meta.url));

/** @param colour a colour type of the PNG specification: 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha */
export function emptyPng(width: number, height: number, depth: 8 | 16, colour: 0 | 2 | 4 | 6): Buffer {
  const file = Buffer.from(HEADER);
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file[24] = depth;
  file[25] = colour;
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}
