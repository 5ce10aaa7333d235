/**
 * indexed: every value is an entry of a small codebook, and every index takes the same number of bits. What
 * weight sharing gives before its indices are entropy-coded, and the shorter of the two where the indices are
 * few or even, since no code lengths are sent.
 *
 * Bytes: entries - 1 (one byte) · codebook (two bytes an entry) · indices, ceil(log2(entries)) bits each.
 */
import { RadliteError } from "@radlite/model/errors";
import { createBitReader, createBitWriter } from "../bit-stream.ts";
import { findCodebookProblem, lookUp } from "./clustered.ts";
import { type Codec, sizeOf } from "./codec.ts";

export const indexedCodec: Codec<"indexed"> = {
  id: 3,
  kind: "indexed",
  findProblem: findCodebookProblem,
  encode({ coding }, writer) {
    if (coding.kind !== "indexed") return;
    writer.byte(coding.codebook.length - 1);
    writer.float16s(coding.codebook);
    const width = indexBits(coding.codebook.length);
    const bits = createBitWriter(writer);
    for (const index of coding.indices) bits.write(index, width);
    bits.finish();
  },
  decode(reader, shape) {
    const entries = reader.byte("codebook") + 1;
    const codebook = reader.float16s(entries, "codebook");
    const width = indexBits(entries);
    const bits = createBitReader(reader, "cluster indices");
    const count = sizeOf(shape);
    if (count * width > bits.remaining) {
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file ends inside its cluster indices: ${count * width} bits expected, ${bits.remaining} left`,
      );
    }
    const indices = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      indices[i] = bits.read(width);
      if (indices[i]! >= entries) {
        throw new RadliteError(
          "BAD_ARTIFACT",
          `model file has cluster index ${indices[i]} in a codebook of ${entries} entries; it is damaged`,
        );
      }
    }
    bits.finish();
    return { shape, values: lookUp(codebook, indices), coding: { kind: "indexed", codebook, indices } };
  },
};

function indexBits(entries: number): number {
  return Math.ceil(Math.log2(entries));
}
