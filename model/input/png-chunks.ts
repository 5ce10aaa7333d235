/**
 * PNG files as chunks (PNG specification, third edition, 5.3 and 5.6): which there are, whether in an order that a
 * decoder may believe, and the same file with nothing but what makes the picture. Text, colour profiles and all
 * else that is packed in a chunk of its own never reach a decoder: a megabyte of them unpacks to gigabytes.
 */
import { refuseDamaged } from "./refusals.ts";

export interface PngFile {
  width: number;
  height: number;
  /** Bits of a level in the file. */
  depth: number;
  /** As `COLOUR_TYPES`. */
  colour: number;
  isInterlaced: boolean;
  /** Those that make the picture, in the order of the file. */
  chunks: PngChunk[];
  /** Whether the file holds others. */
  hasOthers: boolean;
}

/** A chunk, or all of IDAT, which lie together. */
export interface PngChunk {
  type: ChunkType;
  /** Of its length, in bytes from the file's start, and of what follows its check sum. */
  start: number;
  end: number;
}

/** PNG, 11.2.1. */
export const COLOUR_TYPES = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
export const FRAME_BYTES = 12; // length, type, check sum
const HEADER_BYTES = 13;

/** What may stand in a picture, each once, as its four letters read as a number. */
const CHUNK_TYPES = {
  IHDR: 0x49484452,
  PLTE: 0x504c5445,
  tRNS: 0x74524e53,
  eXIf: 0x65584966,
  IDAT: 0x49444154,
  IEND: 0x49454e44,
} as const;
export type ChunkType = keyof typeof CHUNK_TYPES;
const NAMES = new Map(Object.entries(CHUNK_TYPES).map(([name, code]) => [code as number, name as ChunkType]));
/** What decoders leave out of those in silence where its check sum is wrong. */
const OPTIONAL_CHUNKS: readonly ChunkType[] = ["tRNS", "eXIf"];
/** Of the first letter; set where a decoder may leave the chunk out. PNG, 5.4. */
const ANCILLARY_BIT = 0x20;

/** @throws BAD_INPUT with reason NOT_AN_IMAGE for chunks that are cut short, twice there or out of order. */
export function readPngChunks(bytes: Uint8Array): PngFile {
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  let hasOthers = false;
  let previous: ChunkType | undefined;
  for (let start = SIGNATURE.length; start < bytes.length && previous !== "IEND"; ) {
    const end = endOfChunk(view, start);
    if (end > bytes.length) damaged("a chunk that is cut short");
    const type = NAMES.get(view.getUint32(start + 4));
    if (chunks.length === 0 && (type !== "IHDR" || end - start !== FRAME_BYTES + HEADER_BYTES))
      damaged("no header");
    if (type === "IDAT" && previous === "IDAT") chunks.at(-1)!.end = end;
    else if (type !== undefined) {
      if (chunks.some((chunk) => chunk.type === type)) damaged(`${type} in two places`);
      chunks.push({ type, start, end });
      if (OPTIONAL_CHUNKS.includes(type)) requireCheckSums(bytes, chunks.at(-1)!);
    } else if ((bytes[start + 4]! & ANCILLARY_BIT) === 0) damaged("a chunk of no known kind");
    else hasOthers = true;
    previous = type;
    start = end;
  }
  if (!chunks.some(({ type }) => type === "IDAT")) damaged("no pixels");
  const content = SIGNATURE.length + 8;
  return {
    width: view.getUint32(content),
    height: view.getUint32(content + 4),
    depth: bytes[content + 8]!,
    colour: bytes[content + 9]!,
    isInterlaced: bytes[content + 12] !== 0,
    chunks,
    hasOthers,
  };
}

/** The file without chunks that make no picture; the file itself where it has none. */
export function withoutOthers(bytes: Uint8Array, { chunks, hasOthers }: PngFile): Uint8Array {
  return hasOthers ? joinChunks(chunks.map(({ start, end }) => bytes.subarray(start, end))) : bytes;
}

/** A file of these chunks, each whole, with its length and check sum. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat([SIGNATURE, ...chunks]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What the chunks hold, part by part. */
export function* contentsOf(bytes: Uint8Array, { start, end }: PngChunk): Generator<Uint8Array> {
  const view = viewOf(bytes);
  for (let at = start; at < end; at = endOfChunk(view, at))
    yield bytes.subarray(at + 8, endOfChunk(view, at) - 4);
}

/** @throws BAD_INPUT with reason NOT_AN_IMAGE where type and content are not what the check sum is of. */
export function requireCheckSums(bytes: Uint8Array, { type, start, end }: PngChunk): void {
  const view = viewOf(bytes);
  for (let at = start; at < end; at = endOfChunk(view, at)) {
    const sumAt = endOfChunk(view, at) - 4;
    if (crc32(bytes, at + 4, sumAt) !== view.getUint32(sumAt)) damaged(`a wrong check sum in ${type}`);
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Beyond the file's end where not even a frame is left. */
function endOfChunk(view: DataView, start: number): number {
  return start + FRAME_BYTES + (start + FRAME_BYTES <= view.byteLength ? view.getUint32(start) : 0);
}

function damaged(problem: string): never {
  refuseDamaged("png", new Error(`it has ${problem}`));
}

/** What every byte makes of the sum. PNG, annex D: the polynomial with its bits reversed. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});

export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0xffffffff;
  for (let i = from; i < to; i++) sum = CRC_TABLE[(sum ^ bytes[i]!) & 0xff]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
