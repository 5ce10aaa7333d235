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
const END = VALUES + 4 * PIECE;

let started: { memory: Uint8Array; kernels: Kernels } | undefined;

function start(): typeof started {
  if (started || !canRun("simd")) return started;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((END + SLACK_BYTES) / PAGE_BYTES) });
  started = { memory: new Uint8Array(memory.buffer), kernels: startKernels(memory, "wasm-simd") };
  return started;
}

/** CRC-32C (Castagnoli) of all bytes. */
export function computeCrc32c(bytes: Uint8Array): number | undefined {
  const own = start();
  if (!own) return undefined;
  let checksum = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    own.memory.set(piece, BYTES);
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
  const own = start();
  if (!own) return undefined;
  new Uint16Array(own.memory.buffer, TABLE).set(table);
  let bit = position;
  for (let at = 0; at < symbols.length; at += PIECE) {
    const count = Math.min(PIECE, symbols.length - at);
    const first = Math.floor(bit / 8);
    const piece = bytes.subarray(first, first + CODE_BYTES);
    own.memory.set(piece, BYTES);
    const used = bit % 8;
    bit +=
      own.kernels.readCodes(BYTES, piece.length, used, TABLE, longest, lengthBits, SYMBOLS, count) - used;
    symbols.set(own.memory.subarray(SYMBOLS, SYMBOLS + count), at);
  }
  return bit;
}

/** values[i] = codebook[indices[i]]; the codebook has at most 256 entries. */
export function lookUpValues(codebook: Float32Array, indices: Uint8Array): Float32Array | undefined {
  const own = start();
  if (!own) return undefined;
  const values = new Float32Array(indices.length);
  const floats = new Float32Array(own.memory.buffer);
  floats.set(codebook, TABLE / 4);
  for (let at = 0; at < indices.length; at += PIECE) {
    const piece = indices.subarray(at, at + PIECE);
    own.memory.set(piece, SYMBOLS);
    own.kernels.lookUp(TABLE, SYMBOLS, VALUES, piece.length);
    values.set(floats.subarray(VALUES / 4, VALUES / 4 + piece.length), at);
  }
  return values;
}
