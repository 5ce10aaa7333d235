/**
 * f16: IEEE 754 half precision, two bytes a value. Rounding is the caller's decision, taken before anything is
 * measured (`roundToFloat16`); the codec only refuses values that a half cannot hold.
 */
import { f16round } from "@petamoriken/float16";
import { type Codec, sizeOf } from "./codec.ts";

const MAX_FLOAT16 = 65504;

export const f16Codec: Codec<"f16"> = {
  id: 1,
  kind: "f16",
  findProblem: ({ values }) => findInexact(values),
  encode: ({ values }, writer) => writer.float16s(values),
  decode: (reader, shape) => ({
    shape,
    values: reader.float16s(sizeOf(shape), "float16 weights"),
    coding: { kind: "f16" },
  }),
};

/**
 * The nearest half of every value, ties to even, as a new array; values beyond ±65504 become ±65504, since a
 * network has no infinite weights.
 */
export function roundToFloat16(values: Float32Array): Float32Array {
  return values.map((value) => f16round(Math.min(Math.max(value, -MAX_FLOAT16), MAX_FLOAT16)));
}

/** A sentence about the first value that is not a half, or undefined. */
export function findInexact(values: Float32Array): string | undefined {
  const inexact = values.findIndex((value) => f16round(value) !== value);
  if (inexact < 0) return undefined;
  return `holds ${values[inexact]} at ${inexact}, which float16 cannot hold exactly (round with roundToFloat16)`;
}
