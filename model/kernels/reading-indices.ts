/**
 * Indices out of the adaptive arithmetic code of model/format/codecs/index-model.ts, decoded by a kernel to the same
 * bits. Undefined where the runtime has no SIMD.
 */
import { LOGISTIC, READING_END, type Reading, startReading } from "./reading.ts";

export interface IndexCode {
  count: number;
  /** Numbers of a row, and how far back an index's neighbours lie. */
  filters: number;
  left: number;
  above: number;
  /** One for each entry of the codebook. */
  grades: Int8Array;
  /** The entry that is zero, or -1. */
  zero: number;
}

/** The arithmetic decoder behind its last bit, as range-coder.ts has it. */
export interface StreamState {
  low: number;
  range: number;
  offset: number;
  position: number;
}

export interface ReadIndices extends StreamState {
  indices: Uint8Array;
  /** Whether the bytes were enough. */
  isWhole: boolean;
}

/** Of the first of the logistic's two tables. */
const STRETCHED_BYTES = 4 * 4096;
/** An index is nine bits at most, each of which costs twelve. */
const MOST_BYTES_AN_INDEX = 14;
/** The cells of a decision tree with as many leaves, and the sum of a filter. */
const SCRATCH_BYTES = 256 * 96 + 9 * 24;
const FILTER_BYTES = 8;
const GRADES_BYTES = 256;

const GRADES = READING_END;
const SCRATCH = GRADES + GRADES_BYTES;

/** Where the tables are built already. */
const withLogistic = new WeakSet<Reading>();

export function readIndices(bytes: Uint8Array, code: IndexCode): ReadIndices | undefined {
  const { count, filters, left, above, grades, zero } = code;
  const piece = bytes.subarray(0, MOST_BYTES_AN_INDEX * (count + 1));
  const indicesAt = SCRATCH + SCRATCH_BYTES + FILTER_BYTES * filters;
  const bytesAt = indicesAt + count;
  const own = startReading(bytesAt + piece.length);
  if (!own) return undefined;
  const { kernels } = own;
  if (!withLogistic.has(own)) {
    kernels.buildLogistic(LOGISTIC, LOGISTIC + STRETCHED_BYTES);
    withLogistic.add(own);
  }
  const memory = new Uint8Array(own.memory.buffer);
  memory.set(piece, bytesAt);
  memory.set(new Uint8Array(grades.buffer, grades.byteOffset, grades.length), GRADES);
  const isWhole = kernels.decodeIndices(
    ...([bytesAt, piece.length, GRADES, grades.length, zero] as const),
    ...([filters, left, above, indicesAt, count, SCRATCH, LOGISTIC] as const),
  );
  return {
    low: kernels.getLow(),
    range: kernels.getRange(),
    offset: kernels.getOffset(),
    position: kernels.getPosition(),
    indices: memory.slice(indicesAt, indicesAt + count),
    isWhole: isWhole !== 0,
  };
}
