/**
 * clustered: every value is an entry of a small codebook. Codebook entries are halves, indices are
 * Huffman-coded with the tensor's own code: Han, Mao and Dally 2016, "Deep Compression".
 *
 * Bytes: entries - 1 (one byte) · codebook (two bytes an entry) · Huffman code and indices.
 */
import { lookUpValues } from "@radlite/model/kernels";
import { createBitReader, createBitWriter } from "../bit-stream.ts";
import type { WeightTensor } from "../network.ts";
import { type Codec, sizeOf } from "./codec.ts";
import { findInexact } from "./f16.ts";
import { decodeHuffman, encodeHuffman } from "./huffman.ts";

const MAX_ENTRIES = 256;

export const clusteredCodec: Codec<"clustered"> = {
  id: 2,
  kind: "clustered",
  findProblem: findCodebookProblem,
  encode({ coding }, writer) {
    if (coding.kind !== "clustered") return;
    writer.byte(coding.codebook.length - 1);
    writer.float16s(coding.codebook);
    const bits = createBitWriter(writer);
    encodeHuffman(coding.indices, coding.codebook.length, bits);
    bits.finish();
  },
  decode(reader, shape) {
    const entries = reader.byte("codebook") + 1;
    const codebook = reader.float16s(entries, "codebook");
    const bits = createBitReader(reader, "cluster indices");
    const indices = decodeHuffman(bits, sizeOf(shape), entries);
    bits.finish();
    return { shape, values: lookUp(codebook, indices), coding: { kind: "clustered", codebook, indices } };
  },
};

/** Of a coding by codebook and indices, whatever becomes of the indices. */
export function findCodebookProblem({ values, coding }: WeightTensor): string | undefined {
  if (!("codebook" in coding)) return undefined;
  const { codebook, indices } = coding;
  if (codebook.length < 1 || codebook.length > MAX_ENTRIES)
    return `has a codebook of ${codebook.length}, expected 1 to ${MAX_ENTRIES} entries`;
  const inexact = findInexact(codebook);
  if (inexact !== undefined) return `has a codebook that ${inexact}`;
  if (indices.length !== values.length) return `has ${indices.length} indices for ${values.length} values`;
  const wrong = values.findIndex((value, i) => value !== codebook[indices[i]!]);
  if (wrong < 0) return undefined;
  return `holds ${values[wrong]} at ${wrong}, expected entry ${indices[wrong]} of its codebook, ${codebook[indices[wrong]!]}`;
}

export function lookUp(codebook: Float32Array, indices: Uint8Array): Float32Array {
  return lookUpValues(codebook, indices) ?? lookUpPlainly(codebook, indices);
}

/** `lookUpValues` in TypeScript. */
export function lookUpPlainly(codebook: Float32Array, indices: Uint8Array): Float32Array {
  const values = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) values[i] = codebook[indices[i]!]!;
  return values;
}
