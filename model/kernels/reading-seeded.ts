/**
 * The weights of a seeded code, drawn by a kernel: those of model/format/codecs/seeded-values.ts, to the bit.
 * Undefined where the runtime has no SIMD.
 */
import { READING_END, startReading } from "./reading.ts";

export interface DrawnCode {
  seed: number;
  choices: Uint32Array;
  sizes?: Uint32Array;
  members: readonly { count: number; group: number; scale: number }[];
}

const WORD_BYTES = 4;
const DOUBLE_BYTES = 8;

export function drawSeeded({ seed, choices, sizes, members }: DrawnCode): Float32Array[] | undefined {
  const frees = members.map(({ count, group }) => Math.ceil(count / group));
  const total = frees.reduce((sum, free) => sum + free, 0);
  const longest = members.reduce((most, { count }) => Math.max(most, count), 0);
  const free = READING_END;
  const places = free + total * DOUBLE_BYTES;
  const choicesAt = places + total * WORD_BYTES;
  const sizesAt = choicesAt + choices.length * WORD_BYTES;
  const weightsAt = sizesAt + (sizes?.length ?? 0) * WORD_BYTES;
  const own = startReading(weightsAt + longest * WORD_BYTES);
  if (!own) return undefined;
  const { memory, kernels } = own;
  new Uint32Array(memory.buffer, choicesAt).set(choices);
  if (sizes) new Uint32Array(memory.buffer, sizesAt).set(sizes);
  kernels.drawFree(seed, choicesAt, sizes ? sizesAt : 0, choices.length, total, places, free);
  let at = free;
  return members.map(({ count, group, scale }, name) => {
    kernels.drawWeights(seed, name, at, group, scale, count, weightsAt);
    at += frees[name]! * DOUBLE_BYTES;
    return new Float32Array(memory.buffer, weightsAt, count).slice();
  });
}
