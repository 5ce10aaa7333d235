/**
 * Weights in the order in which kernels read them: for a block of output channels, all that one sum needs lies
 * in one run. Missing channels of the last block are zeros.
 */

/** Output channels that a float kernel sums at a time. */
const FLOAT_BLOCK = 8;
/** Output channels in one vector of packed words, and the channels whose signs fill a word. */
const BINARY_BLOCK = 4;
const WORD_BITS = 32;

/** Floats that `packConvWeights` writes: `taps` inputs a sum, whole blocks of outputs. */
export function packedLength(taps: number, outputs: number): number {
  return Math.ceil(outputs / FLOAT_BLOCK) * FLOAT_BLOCK * taps;
}

/**
 * [taps][outputs] -> [outputs / 8][taps][8].
 * @param weights [kh, kw, in / groups, out] of all groups
 * @param from, outputs the channels of one group
 */
export function packConvWeights(
  weights: Float32Array,
  taps: number,
  allOutputs: number,
  from: number,
  outputs: number,
  target: Float32Array,
): void {
  for (let block = 0; block < outputs; block += FLOAT_BLOCK) {
    const lanes = Math.min(FLOAT_BLOCK, outputs - block);
    let to = block * taps;
    for (let tap = 0; tap < taps; tap++, to += FLOAT_BLOCK) {
      const source = tap * allOutputs + from + block;
      for (let lane = 0; lane < lanes; lane++) target[to + lane] = weights[source + lane]!;
    }
  }
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
