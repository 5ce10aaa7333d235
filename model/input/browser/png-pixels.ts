/**
 * The packed pixels of a PNG file (PNG, 10.1): unpacked by the platform, which holds them to their check sum, and
 * only as far as the header promises pixels; then as chunk again, in blocks that are stored, for a decoder that
 * would unpack without a bound.
 */
import { RadliteError } from "@radlite/model/errors";
import { COLOUR_TYPES, concat, type PngFile } from "../png-chunks.ts";
import { refuseDamaged } from "../refusals.ts";
import { refuseHere } from "./refusal.ts";

const SAMPLES: Record<number, number> = {
  [COLOUR_TYPES.grey]: 1,
  [COLOUR_TYPES.rgb]: 3,
  [COLOUR_TYPES.palette]: 1,
  [COLOUR_TYPES.greyAlpha]: 2,
  [COLOUR_TYPES.rgba]: 4,
};
/** Adam7: first column and row, and the steps between, of each pass. PNG, 8.2. */
const PASSES = [
  ...[[0, 0, 8, 8] as const, [4, 0, 8, 8] as const, [0, 4, 4, 8] as const, [2, 0, 4, 4] as const],
  ...[[0, 2, 2, 4] as const, [1, 0, 2, 2] as const, [0, 1, 1, 2] as const],
];
const WHOLE = [[0, 0, 1, 1]] as const;
/** RFC 1950, 2.2: before the deflated blocks, and the check sum behind them. */
const HEADER_BYTES = 2;
const TRAILER_BYTES = 4;
/** RFC 1950: the checksum counts modulo the largest prime below 2^16; so many bytes cannot overflow 2^32. */
const ADLER_BASE = 65_521;
const ADLER_RUN = 5552;
/** RFC 1951, 3.2.4. */
const LONGEST_BLOCK = 65_535;
const BLOCK_HEADER_BYTES = 5;

/**
 * The lines of the picture, each behind its filter's byte.
 * @throws BAD_INPUT with reason NOT_AN_IMAGE for a wrong check sum or a stream that ends early, NEEDS_SERVER for one
 *   that does not unpack or goes on behind the last line: what is made of those is for the server's decoder to say.
 */
export async function inflatePixels(parts: Uint8Array[], file: PngFile): Promise<Uint8Array> {
  const stream = concat(parts);
  const end = stream.length - TRAILER_BYTES;
  if (end < HEADER_BYTES || !isZlib(stream)) return damaged("its pixels are not packed");
  const lines = new Uint8Array(countBytes(file));
  let filled = 0;
  try {
    const unpacked = new Blob([stream.subarray(HEADER_BYTES, end)])
      .stream()
      .pipeThrough(new DecompressionStream("deflate-raw"))
      .getReader();
    for (let next = await unpacked.read(); !next.done; next = await unpacked.read()) {
      if (filled + next.value.length > lines.length) {
        await unpacked.cancel();
        return refuseHere("this PNG file holds more than its pixels");
      }
      lines.set(next.value, filled);
      filled += next.value.length;
    }
  } catch (cause) {
    if (cause instanceof RadliteError) throw cause;
    return refuseHere("the packed pixels of this PNG file are damaged or followed by other bytes");
  }
  if (filled < lines.length) return damaged("it has fewer pixels than its header says");
  const sum = adler32(lines);
  const place = findSum(stream, sum);
  if (place === end) return lines;
  // The server's decoder does not look behind the sum, nor for it in a chunk behind the last pixel's.
  if (place > 0 || parts.length > 1)
    return refuseHere("the pixels of this PNG file end otherwise than they should");
  return damaged("its check sum is of other pixels");
}

/** An IDAT chunk that holds the lines in stored blocks. Its check sums are zero: nobody asks for them. */
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

function countBytes({ width, height, depth, colour, isInterlaced }: PngFile): number {
  const samples = SAMPLES[colour];
  if (samples === undefined) return damaged(`it has colour type ${colour}`);
  let bytes = 0;
  for (const [left, top, stepX, stepY] of isInterlaced ? PASSES : WHOLE) {
    const columns = Math.ceil((width - left) / stepX);
    const rows = Math.ceil((height - top) / stepY);
    if (columns > 0 && rows > 0) bytes += rows * (1 + Math.ceil((columns * samples * depth) / 8));
  }
  return bytes;
}

function adler32(bytes: Uint8Array): number {
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

/** Where the stream holds this sum, the last place; below 0 where it does not. */
function findSum(stream: Uint8Array, sum: number): number {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  let at = stream.length - TRAILER_BYTES;
  while (at >= 0 && view.getUint32(at) !== sum) at -= 1;
  return at;
}

/** RFC 1950, 2.2: deflate in a window of 32 kB at most, no dictionary, a check of both. */
function isZlib([method, flags]: Uint8Array): boolean {
  return (
    (method! & 0x0f) === 8 &&
    method! >> 4 <= 7 &&
    (flags! & 0x20) === 0 &&
    (256 * method! + flags!) % 31 === 0
  );
}

function damaged(problem: string): never {
  refuseDamaged("png", new Error(problem));
}
