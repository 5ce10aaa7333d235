/**
 * stepped: every value is a multiple of one step, rounded to a half, and which multiple lies in the adaptive
 * arithmetic code of `range`. What training with a learned step gives (Esser et al. 2020, "Learned Step Size
 * Quantization"): its codebook takes four bytes, so that even the biases of a small layer are worth coding.
 *
 * Bytes: step (float16) · lowest level (one byte, two's complement) · levels - 1 (one byte) · the code of the
 * indices, which knows its own end. Levels run without a gap and stay within -128 to 127.
 */
import { RadliteError } from "@radlite/model/errors";
import { roundToFloat16 } from "../float16.ts";
import type { WeightTensor } from "../network.ts";
import { createBinaryEncoder } from "../range-coder.ts";
import { findCodebookProblem, lookUp } from "./clustered.ts";
import type { Codec } from "./codec.ts";
import { codeIndices, decodeIndices } from "./index-model.ts";

/** Codebook entry i is (lowest + i) · step, rounded to a half. */
interface Ladder {
  step: number;
  lowest: number;
}

const [LOWEST, HIGHEST] = [-128, 127];
/** Bits of a half's fraction, and the power of two below which its places lie no closer. */
const [FRACTION_BITS, LEAST_EXPONENT] = [10, -14];

export const steppedCodec: Codec<"stepped"> = {
  id: 8,
  kind: "stepped",
  findProblem: findSteppedProblem,
  encode({ shape, coding }, writer) {
    if (coding.kind !== "stepped") return;
    const { codebook, indices } = coding;
    const { step, lowest } = findLadder(codebook)!;
    writer.float16s(Float32Array.of(step));
    writer.byte(lowest & 0xff);
    writer.byte(codebook.length - 1);
    const coder = createBinaryEncoder(writer);
    codeIndices(coder, shape, codebook, indices.slice());
    coder.finish();
  },
  decode(reader, shape) {
    const step = reader.float16s(1, "step")[0]!;
    const lowest = (reader.byte("lowest level") << 24) >> 24;
    const levels = reader.byte("levels") + 1;
    if (!(step > 0 && step < Number.POSITIVE_INFINITY) || lowest + levels - 1 > HIGHEST)
      throw damaged(step, lowest, levels);
    const codebook = climb({ step, lowest }, levels);
    if (!findLadder(codebook)) throw damaged(step, lowest, levels); // beyond the largest half
    const indices = decodeIndices(reader, shape, codebook, "level indices");
    return { shape, values: lookUp(codebook, indices), coding: { kind: "stepped", codebook, indices } };
  },
};

function findSteppedProblem(tensor: WeightTensor): string | undefined {
  const problem = findCodebookProblem(tensor);
  if (problem !== undefined || !("codebook" in tensor.coding)) return problem;
  if (findLadder(tensor.coding.codebook)) return undefined;
  return `has a codebook that is no run of multiples of one step, from ${LOWEST} to ${HIGHEST} of them`;
}

function climb({ step, lowest }: Ladder, levels: number): Float32Array {
  return roundToFloat16(Float32Array.from({ length: levels }, (_, at) => (lowest + at) * step));
}

/**
 * As the decoder climbs it again bit for bit, by the lowest level that the entries' distances suggest or the nearest
 * to it; `undefined` where there is none. Any two that climb to the same codebook will do.
 */
function findLadder(codebook: Float32Array): Ladder | undefined {
  const levels = codebook.length;
  const [first, last] = [codebook[0]!, codebook.at(-1)!];
  const suggested = levels === 1 ? Math.sign(first) : Math.round((first * (levels - 1)) / (last - first));
  if (!Number.isFinite(suggested)) return undefined;
  const lows = Array.from({ length: HIGHEST - LOWEST + 2 - levels }, (_, at) => LOWEST + at);
  lows.sort((one, other) => Math.abs(one - suggested) - Math.abs(other - suggested));
  for (const lowest of lows) {
    for (const step of listSteps(codebook, lowest)) {
      const climbed = climb({ step, lowest }, levels);
      if (step > 0 && climbed.every((entry, at) => Object.is(entry, codebook[at]))) return { step, lowest };
    }
  }
  return undefined;
}

/** The halves at the middle of the steps whose multiples round to the entries, if there are any. */
function listSteps(codebook: Float32Array, lowest: number): number[] {
  let [least, most] = [0, Number.POSITIVE_INFINITY];
  for (const [at, entry] of codebook.entries()) {
    const level = lowest + at;
    if (Math.sign(level) !== Math.sign(entry)) return [];
    if (level === 0) continue;
    const size = Math.abs(entry);
    const rounding = placeAt(size) / 2;
    least = Math.max(least, (size - rounding) / Math.abs(level));
    most = Math.min(most, (size + rounding) / Math.abs(level));
    if (least > most) return [];
  }
  if (most === Number.POSITIVE_INFINITY) return [1]; // zero alone
  const middle = roundToFloat16(Float32Array.of((least + most) / 2))[0]!;
  return [middle, middle - placeAt(middle), middle + placeAt(middle)];
}

/** How far halves of this size lie apart. */
function placeAt(size: number): number {
  const exponent = size === 0 ? LEAST_EXPONENT : Math.max(Math.floor(Math.log2(size)), LEAST_EXPONENT);
  return 2 ** (exponent - FRACTION_BITS);
}

function damaged(step: number, lowest: number, levels: number): RadliteError {
  return new RadliteError(
    "BAD_ARTIFACT",
    `model file has ${levels} levels from ${lowest} of a step of ${step}, expected a step above 0 and levels up to ${HIGHEST} that float16 can hold; it is damaged`,
  );
}
