/**
 * range: every value is an entry of a small codebook, and its index lies in an adaptive arithmetic code, which
 * learns the frequencies as it goes and stores no table. For dense and for sparse weights alike.
 * Wiedemann et al. 2020, "DeepCABAC"; the model is in index-model.ts.
 *
 * Bytes: entries - 1 (one byte) · codebook (two bytes an entry) · the code, which knows its own end.
 */
import { createBinaryEncoder } from "../range-coder.ts";
import { findCodebookProblem, lookUp } from "./clustered.ts";
import type { Codec } from "./codec.ts";
import { codeIndices, decodeIndices } from "./index-model.ts";

export const rangeCodec: Codec<"range"> = {
  id: 5,
  kind: "range",
  findProblem: findCodebookProblem,
  encode({ shape, coding }, writer) {
    if (coding.kind !== "range") return;
    writer.byte(coding.codebook.length - 1);
    writer.float16s(coding.codebook);
    const coder = createBinaryEncoder(writer);
    codeIndices(coder, shape, coding.codebook, coding.indices.slice());
    coder.finish();
  },
  decode(reader, shape) {
    const entries = reader.byte("codebook") + 1;
    const codebook = reader.float16s(entries, "codebook");
    const indices = decodeIndices(reader, shape, codebook, "cluster indices");
    return { shape, values: lookUp(codebook, indices), coding: { kind: "range", codebook, indices } };
  },
};
