/**
 * The loops of reading a model file, over arrays of the host's: each passes through a small memory in pieces, so
 * that files of any length take the same. Undefined where the runtime has no SIMD, and the caller does without.
 */
import { type Kernels, SLACK_BYTES, startKernels } from "./kernels.ts";
import { canRun } from "./probe.ts";

/** Bytes or symbols of one piece. */
const PIECE = 65_536;
/** Bits of the longest code that a table holds. */
const LONGEST_CODE = 15;
const CODE_BYTES = (PIECE * LONGEST_CODE) / 8 + 8;
const PAGE_BYTES = 65_536;

/** Where things lie in the memory; what a small file does not fill is never touched. */
const TABLE = 64;
const SYMBOLS = TABLE + 2 * 2 ** LONGEST_CODE;
const BYTES = SYMBOLS + PIECE;
const VALUES = BYTES + CODE_BYTES;
/** Tables that stay once they are built: see reading-indices.ts. */
export const LOGISTIC = Math.ceil((VALUES + 4 * PIECE) / 8) * 8;
const LOGISTIC_BYTES = 4 * (4096 + 6145) + 4;
/** Where whoever needs more than pieces begins: a multiple of eight. */
export const READING_END = LOGISTIC + LOGISTIC_BYTES;
/** A memory beyond it is dropped once it has been read from. */
const MOST_KEPT_BYTES = 2 ** 22;

export interface Reading {
  memory: WebAssembly.Memory;
  kernels: Kernels;
}

let kept: Reading | undefined;

/** A memory of so many bytes with kernels on it; undefined where the runtime has no SIMD. */
export function startReading(bytes = READING_END): Reading | undefined {
  if (!canRun("simd")) return undefined;
  const pages = Math.ceil((bytes + SLACK_BYTES) / PAGE_BYTES);
  if (bytes > MOST_KEPT_BYTES) return startOn(pages);
  kept ??= startOn(pages);
  const missing = pages - kept.memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) kept.memory.grow(missing);
  return kept;
}

function startOn(pages: number): Reading {
  const memory = new WebAssembly.Memory({ initial: pages });
  return { memory, kernels: startKernels(memory, "wasm-simd") };
}

/** CRC-32C (Castagnoli) of all bytes. */
export function computeCrc32c(bytes: Uint8Array): number | undefined {
  const own = startReading();
  if (!own) return undefined;
  const memory = new Uint8Array(own.memory.buffer);
  let checksum = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    memory.set(piece, BYTES);
    checksum = own.kernels.addCrc32c(BYTES, piece.length, checksum, TABLE);
  }
  return checksum >>> 0;
}

/** The entry of `table` at the next `longest` bits holds the symbol above the code's length of `lengthBits` bits. */
export interface PrefixCode {
  table: Uint16Array;
  longest: number;
  lengthBits: number;
}

/**
 * Fills `symbols` with codes read from bit `position` of `bytes` on, zeros past their end, and returns the bit where
 * the last code ends.
 */
export function readPrefixCodes(
  bytes: Uint8Array,
  position: number,
  symbols: Uint8Array,
  { table, longest, lengthBits }: PrefixCode,
): number | undefined {
  const own = startReading();
  if (!own) return undefined;
  const memory = new Uint8Array(own.memory.buffer);
  new Uint16Array(memory.buffer, TABLE).set(table);
  let bit = position;
  for (let at = 0; at < symbols.length; at += PIECE) {
    const count = Math.min(PIECE, symbols.length - at);
    const first = Math.floor(bit / 8);
    const piece = bytes.subarray(first, first + CODE_BYTES);
    memory.set(piece, BYTES);
    const used = bit % 8;
    bit +=
      own.kernels.readCodes(BYTES, piece.length, used, TABLE, longest, lengthBits, SYMBOLS, count) - used;
    symbols.set(memory.subarray(SYMBOLS, SYMBOLS + count), at);
  }
  return bit;
}

/** values[i] = codebook[indices[i]]; the codebook has at most 256 entries. */
export function lookUpValues(codebook: Float32Array, indices: Uint8Array): Float32Array | undefined {
  const own = startReading();
  if (!own) return undefined;
  const values = new Float32Array(indices.length);
  const memory = new Uint8Array(own.memory.buffer);
  const floats = new Float32Array(memory.buffer);
  floats.set(codebook, TABLE / 4);
  for (let at = 0; at < indices.length; at += PIECE) {
    const piece = indices.subarray(at, at + PIECE);
    memory.set(piece, SYMBOLS);
    own.kernels.lookUp(TABLE, SYMBOLS, VALUES, piece.length);
    values.set(floats.subarray(VALUES / 4, VALUES / 4 + piece.length), at);
  }
  return values;
}

/** How many of the values are not zero. */
export function countNonzeros(values: Float32Array): number | undefined {
  const own = startReading();
  if (!own) return undefined;
  const floats = new Float32Array(own.memory.buffer, VALUES, PIECE);
  let found = 0;
  for (let at = 0; at < values.length; at += PIECE) {
    const piece = values.subarray(at, at + PIECE);
    floats.set(piece);
    found += own.kernels.countNonzeros(VALUES, piece.length);
  }
  return found;
}
