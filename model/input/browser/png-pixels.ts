/**
 * The packed pixels of a PNG file (PNG, 10.1): unpacked by the platform, which holds them to their check sum, and
 * only as far as the header promises pixels. A decoder that would unpack without a bound gets them stored again.
 */
import { RadliteError } from "@radlite/model/errors";
import { COLOUR_TYPES, concat, type PngFile } from "../png-chunks.ts";
import { adler32 } from "../png-stored.ts";
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
