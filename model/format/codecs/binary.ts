/**
 * binary: one bit a weight. All weights of a filter, which is the last axis, are plus or minus one magnitude
 * (Rastegari et al., "XNOR-Net", ECCV 2016).
 *
 * Bytes: the filters' magnitudes (float16 each, above zero) · a bit a weight in the tensor's order, 1 for plus.
 */
import { RadliteError } from "@radlite/model/errors";
import { createBitReader, createBitWriter } from "../bit-stream.ts";
import { type Codec, sizeOf } from "./codec.ts";
import { findInexact } from "./f16.ts";

export const binaryCodec: Codec<"binary"> = {
  id: 7,
  kind: "binary",
  findProblem({ shape, values }) {
    const magnitudes = filterMagnitudes(shape, values);
    const filters = magnitudes.length;
    const zero = magnitudes.indexOf(0);
    if (zero >= 0) return `holds 0 in filter ${zero}, expected plus or minus a number above zero`;
    const other = values.findIndex((value, at) => Math.abs(value) !== magnitudes[at % filters]);
    if (other >= 0)
      return `holds ${values[other]} at ${other}, expected plus or minus ${magnitudes[other % filters]} as in all of its filter`;
    return findInexact(magnitudes);
  },
  encode({ shape, values }, writer) {
    writer.float16s(filterMagnitudes(shape, values));
    const bits = createBitWriter(writer);
    for (const value of values) bits.write(value > 0 ? 1 : 0, 1);
    bits.finish();
  },
  decode(reader, shape) {
    const magnitudes = reader.float16s(shape.at(-1)!, "magnitudes of filters");
    const odd = magnitudes.findIndex((magnitude) => !(magnitude > 0));
    if (odd >= 0) {
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file has a filter of magnitude ${magnitudes[odd]}, expected more than zero; it is damaged`,
      );
    }
    const bits = createBitReader(reader, "binary weights");
    const count = sizeOf(shape);
    if (count > bits.remaining) {
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file ends inside its binary weights: ${count} bits expected, ${bits.remaining} left`,
      );
    }
    const values = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      const magnitude = magnitudes[at % magnitudes.length]!;
      values[at] = bits.read(1) === 1 ? magnitude : -magnitude;
    }
    bits.finish();
    return { shape, values, coding: { kind: "binary" } };
  },
};

/** What the first weight of each filter is without its sign. */
export function filterMagnitudes(shape: readonly number[], values: Float32Array): Float32Array {
  return values.subarray(0, shape.at(-1)!).map(Math.abs);
}
