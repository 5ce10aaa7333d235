/**
 * Weights in the order in which kernels read them: for a block of output channels, all that one sum needs lies
 * in one run. Missing channels of the last block are zeros.
 */
import type { Kernels } from "./kernels.ts";

/** Output channels that a float kernel sums at a time. */
const FLOAT_BLOCK = 8;
/** Output channels in one vector of packed words, and the channels whose signs fill a word. */
const BINARY_BLOCK = 4;
const WORD_BITS = 32;

/** Floats that a packed tensor of `rows` numbers an output takes: whole blocks of outputs in each group. */
export function packedLength(rows: number, outputs: number, groups = 1): number {
  return Math.ceil(outputs / groups / FLOAT_BLOCK) * FLOAT_BLOCK * groups * rows;
}

/**
 * [rows][outputs] -> [group][outputs / 8][rows][8]: the weights [kh, kw, in / groups, out] of a convolution with
 * kh · kw · in / groups rows, or its bias with one.
 */
export function packOutputs(
  values: Float32Array,
  rows: number,
  outputs: number,
  groups: number,
  target: Float32Array,
): void {
  const groupOutputs = outputs / groups;
  let to = 0;
  for (let group = 0; group < groups; group++) {
    for (let block = 0; block < groupOutputs; block += FLOAT_BLOCK) {
      const lanes = Math.min(FLOAT_BLOCK, groupOutputs - block);
      let from = group * groupOutputs + block;
      for (let row = 0; row < rows; row++, to += FLOAT_BLOCK, from += outputs) {
        target.set(values.subarray(from, from + lanes), to); // cold, faster than a loop; warm, as fast
      }
    }
  }
}

/**
 * `packOutputs` by a kernel, into zeros: rows go through `buffer`, which lies in the kernels' memory as `target` does.
 * In a cold process it saves a call a row.
 */
export function packThrough(
  { kernels, buffer }: Packer,
  values: Float32Array,
  rows: number,
  outputs: number,
  groups: number,
  target: Float32Array,
): void {
  const atOnce = Math.floor(buffer.length / outputs);
  if (atOnce < 1) {
    packOutputs(values, rows, outputs, groups, target);
    return;
  }
  for (let first = 0; first < rows; first += atOnce) {
    const count = Math.min(atOnce, rows - first);
    buffer.set(values.subarray(first * outputs, (first + count) * outputs));
    kernels.packRows(buffer.byteOffset, first, count, rows, outputs, groups, target.byteOffset);
  }
}

export interface Packer {
  kernels: Kernels;
  buffer: Float32Array;
}

/**
 * Signs of weights, 1 for >= 0: [kh · kw][in][out] -> words [out / 4][kh · kw · ceil(in / 32)][4], `out` rounded
 * up to eights.
 */
export function packBinaryWeights(
  weights: Float32Array,
  window: number,
  inputs: number,
  outputs: number,
): Uint32Array {
  const words = Math.ceil(inputs / WORD_BITS);
  const taps = window * words;
  const packed = new Uint32Array(packedLength(taps, outputs));
  for (let tap = 0; tap < window; tap++) {
    for (let input = 0; input < inputs; input++) {
      const word = tap * words + Math.floor(input / WORD_BITS);
      const bit = 1 << (input % WORD_BITS);
      for (let out = 0; out < outputs; out++) {
        if (weights[(tap * inputs + input) * outputs + out]! < 0) continue;
        const block = Math.floor(out / BINARY_BLOCK);
        packed[(block * taps + word) * BINARY_BLOCK + (out % BINARY_BLOCK)]! |= bit;
      }
    }
  }
  return packed;
}
