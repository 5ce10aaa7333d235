/**
 * f16: IEEE 754 half precision, two bytes a value. Rounding is the caller's decision, taken before anything is
 * measured (`roundToFloat16`); the codec only refuses values that a half cannot hold.
 */
import { findInexactFloat16 } from "../float16.ts";
import { type Codec, sizeOf } from "./codec.ts";

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

/** A sentence about the first value that is not a half, or undefined. */
export function findInexact(values: Float32Array): string | undefined {
  const inexact = findInexactFloat16(values);
  if (inexact < 0) return undefined;
  return `holds ${values[inexact]} at ${inexact}, which float16 cannot hold exactly (round with roundToFloat16)`;
}
