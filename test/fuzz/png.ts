/**
 * PNG files as chunks, to change what is in one and leave length and CRC right (PNG specification, third
 * edition). Pictures are put together without a library: what they hold is at times what no encoder writes.
 */
import { constants, crc32, deflateRawSync, deflateSync, inflateSync } from "node:zlib";
import { concatBytes } from "./bytes.ts";

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface Chunk {
  type: string;
  data: Uint8Array;
}

export interface PngHeader {
  width: number;
  height: number;
  /** Bits a sample. */
  depth: number;
  colour: Colour;
  interlaced: boolean;
}

/** Colour types of IHDR. */
export const COLOURS = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export type Colour = keyof typeof COLOURS;

/** RFC 1950: Adler-32 counts modulo the largest prime below 2^16. */
const ADLER_BASE = 65521;
const SAMPLES_PER_PIXEL = { grey: 1, rgb: 3, palette: 1, greyAlpha: 2, rgba: 4 } as const;

/** Adam7: first column and row, and the steps between, of each pass. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function encodeChunks(chunks: readonly Chunk[]): Uint8Array {
  return concatBytes(PNG_SIGNATURE, ...chunks.map(encodeChunk));
}

/** IHDR, what goes before the pixels, the pixels, IEND. */
export function pngChunks(header: PngHeader, lines: Uint8Array, between: readonly Chunk[]): Chunk[] {
  return [
    { type: "IHDR", data: encodeHeader(header) },
    ...between,
    { type: "IDAT", data: deflate(lines) },
    { type: "IEND", data: new Uint8Array(0) },
  ];
}

/** As many bytes as the picture's lines have, each line behind its filter byte; `byteAt` gives them in order. */
export function fillLines(
  header: PngHeader,
  byteAt: (position: number, isFilter: boolean) => number,
): Uint8Array {
  const { width, height, depth, colour, interlaced } = header;
  const bits = depth * SAMPLES_PER_PIXEL[colour];
  const lines: number[] = [];
  for (const [left, top, stepX, stepY] of interlaced ? PASSES : [[0, 0, 1, 1] as const]) {
    const columns = Math.ceil((width - left) / stepX);
    const rows = Math.ceil((height - top) / stepY);
    if (columns <= 0) continue;
    for (let row = 0; row < rows; row++) {
      lines.push(byteAt(lines.length, true));
      for (let byte = Math.ceil((columns * bits) / 8); byte > 0; byte--)
        lines.push(byteAt(lines.length, false));
    }
  }
  return Uint8Array.from(lines);
}

export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: 1 });
}

/** What a stream holds, or undefined where it is damaged. */
export function inflate(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(bytes);
  } catch {
    return undefined;
  }
}

function encodeChunk({ type, data }: Chunk): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

function encodeHeader({ width, height, depth, colour, interlaced }: PngHeader): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data[8] = depth;
  data[9] = COLOURS[colour];
  data[12] = interlaced ? 1 : 0;
  return data;
}

/** A zlib stream of `count` zeros (RFC 1950), made in time and memory that do not depend on what it stands for. */
export function deflateZeros(count: number): Uint8Array {
  const block = 2 ** 20;
  const whole = zeroBlock(block);
  const blocks = new Array<Uint8Array>(Math.floor(count / block)).fill(whole);
  const tail = new Uint8Array(6);
  tail.set([0x03, 0x00]); // the last block, empty
  new DataView(tail.buffer).setUint32(2, ((count % ADLER_BASE) << 16) | 1);
  return concatBytes(Uint8Array.of(0x78, 0x01), ...blocks, zeroBlock(count % block), tail);
}

/** Ends on a byte's edge and refers to nothing before it, so that blocks can be repeated. */
function zeroBlock(count: number): Uint8Array {
  return deflateRawSync(new Uint8Array(count), { finishFlush: constants.Z_FULL_FLUSH });
}
