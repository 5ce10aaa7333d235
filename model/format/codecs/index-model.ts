/**
 * What is known of an index of shared weights before it is read, turned into probabilities of its bits. An index
 * is a flag for zero, where the codebook has one, then a walk down a balanced tree over the other entries. Three
 * models are mixed: the tensor so far; the sum of the two neighbours before it in its kernel, to the left and
 * above, as in Wiedemann et al. 2020, "DeepCABAC", but with their size and sign; and how large the weights of
 * its filter have been against the tensor's. Encoding and decoding are the same walk.
 */
import { readIndices } from "@radlite/model/kernels";
import type { ByteReader } from "../byte-stream.ts";
import { type BinaryCoder, createBinaryDecoder, endStream, endsInside } from "../range-coder.ts";
import { createBitMixture } from "./bit-mixture.ts";
import { sizeOf } from "./codec.ts";

/** Codebook values are graded from -16 to 16 in proportion, 0 for zero alone. */
const GRADES = 15;

/** Where the sum of two neighbours' grades passes from one context to the next, on either side of zero. */
const NEIGHBOUR_LIMITS = [1, 3, 6, 10];
/** Where a filter's mean grade passes from one context to the next, in eighths of the tensor's. */
const FILTER_LIMITS = [3, 5, 7, 9, 12];
const EIGHTHS = 8;
/** A filter starts as if four of its weights had been as large as the tensor's are. */
const PRIOR_WEIGHTS = 4;
/** Means are kept in sixteenths of a grade. */
const SIXTEENTHS = 16;

const MODELS = [
  { contexts: 1, weight: 0x4000 },
  { contexts: 2 * NEIGHBOUR_LIMITS.length + 1, weight: 0x7000 },
  { contexts: FILTER_LIMITS.length + 1, weight: 0x5000 },
];

/** Codes all `indices` of a tensor of `shape`; an encoder reads them, a decoder fills them in. */
export function codeIndices(
  coder: BinaryCoder,
  shape: number[],
  codebook: Float32Array,
  indices: Uint8Array,
): void {
  const { filters, left, above } = layOut(shape);
  const grades = gradeEntries(codebook);
  const sums = new Float64Array(filters); // of a filter's grades, without their signs
  const limits = new Float64Array(FILTER_LIMITS.length);
  const contexts = new Int32Array(MODELS.length);
  const codeIndex = createIndexCoder(coder, codebook, contexts);

  let total = 0;
  for (let start = 0; start < indices.length; start += filters) {
    const row = start / filters;
    const mean = Math.max(Math.floor((SIXTEENTHS * total) / Math.max(start, 1)), 1);
    FILTER_LIMITS.forEach((eighths, at) => {
      limits[at] = ((row + PRIOR_WEIGHTS) * mean * eighths) / EIGHTHS - PRIOR_WEIGHTS * mean;
    });
    for (let filter = 0; filter < filters; filter++) {
      const at = start + filter;
      const neighbours =
        (at >= left ? grades[indices[at - left]!]! : 0) + (at >= above ? grades[indices[at - above]!]! : 0);
      contexts[1] = rankNeighbours(neighbours);
      contexts[2] = rankAbove(SIXTEENTHS * sums[filter]!, limits);
      indices[at] = codeIndex(indices[at]!);
      const size = Math.abs(grades[indices[at]!]!);
      sums[filter]! += size;
      total += size;
    }
  }
}

/**
 * Reads all indices of a tensor of `shape`, by a kernel where there is one. `what` names them in messages.
 * @throws BAD_ARTIFACT where the code ends too early or as no encoder ends it.
 */
export function decodeIndices(
  reader: ByteReader,
  shape: number[],
  codebook: Float32Array,
  what: string,
): Uint8Array {
  const [count, grades] = [sizeOf(shape), gradeEntries(codebook)];
  const code = { count, ...layOut(shape), grades, zero: codebook.indexOf(0) };
  const read = readIndices(reader.rest(), code);
  if (!read) return decodeIndicesPlainly(reader, shape, codebook, what);
  if (!read.isWhole) throw endsInside(what);
  endStream(reader, read, what);
  return read.indices;
}

/** `decodeIndices` in TypeScript. */
export function decodeIndicesPlainly(
  reader: ByteReader,
  shape: number[],
  codebook: Float32Array,
  what: string,
): Uint8Array {
  const indices = new Uint8Array(sizeOf(shape));
  const coder = createBinaryDecoder(reader, what);
  codeIndices(coder, shape, codebook, indices);
  coder.finish();
  return indices;
}

/** Of [kh, kw, in, out], [in, out] or [out]: the numbers of a row, and how far back the neighbours lie. */
function layOut(shape: number[]): { filters: number; left: number; above: number } {
  const filters = shape.at(-1)!;
  const left = filters * (shape.at(-2) ?? 1);
  return { filters, left, above: left * (shape.at(-3) ?? 1) };
}

/** Codes one index in the contexts that are set by then. */
function createIndexCoder(
  coder: BinaryCoder,
  codebook: Float32Array,
  contexts: Int32Array,
): (index: number) => number {
  const zero = codebook.indexOf(0);
  const others = codebook.length - (zero < 0 ? 0 : 1);
  const depth = others > 1 ? 32 - Math.clz32(others - 1) : 0;
  const mixture = createBitMixture({ nodes: 1 << depth, levels: depth + 1, models: MODELS });

  return (index) => {
    if (zero >= 0 && others > 0) {
      const isOther = mixture.code(coder, index === zero ? 0 : 1, 0, 0, contexts);
      if (!isOther) return zero;
    } else if (zero >= 0) return zero;
    const wanted = zero >= 0 && index > zero ? index - 1 : index;
    let found = 0;
    let node = 1;
    for (let level = depth - 1; level >= 0; level--) {
      const half = 1 << level;
      const bit =
        found + half >= others ? 0 : mixture.code(coder, (wanted >> level) & 1, node, level + 1, contexts);
      found += bit * half;
      node = 2 * node + bit;
    }
    return zero >= 0 && found >= zero ? found + 1 : found;
  };
}

/** A half is a whole number of 2^-24, so a grade is a quotient of whole numbers, rounded down. */
function gradeEntries(codebook: Float32Array): Int8Array {
  const largest = codebook.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int8Array.from(codebook, (value) =>
    value === 0 ? 0 : Math.sign(value) * (1 + Math.floor((GRADES * Math.abs(value)) / largest)),
  );
}

function rankNeighbours(sum: number): number {
  let rank = 0;
  while (rank < NEIGHBOUR_LIMITS.length && Math.abs(sum) >= NEIGHBOUR_LIMITS[rank]!) rank++;
  return NEIGHBOUR_LIMITS.length + (sum < 0 ? -rank : rank);
}

function rankAbove(sum: number, limits: Float64Array): number {
  let rank = 0;
  while (rank < limits.length && sum >= limits[rank]!) rank++;
  return rank;
}
