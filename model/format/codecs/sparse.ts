/**
 * sparse: every value is an entry of a small codebook and most are its zero. Only the others are written, each
 * as the zeros before it and its index; both have a Huffman code of their own. Zeros that are too many for one
 * gap are bridged by a filler: the widest gap, then a zero that is written like other values.
 * Han, Mao and Dally 2016, "Deep Compression", section 2 and figure 2. After the last step all is zero.
 *
 * Bytes: entries - 1 (one byte) · codebook (two bytes an entry) · number of steps (varint) · if there are any,
 * bits: width of a gap - 1 (3 bits) · Huffman code and gaps · Huffman code and indices.
 */
import { RadliteError } from "@radlite/model/errors";
import { createBitReader, createBitWriter } from "../bit-stream.ts";
import { type ByteWriter, createByteWriter } from "../byte-stream.ts";
import type { WeightTensor } from "../network.ts";
import { findCodebookProblem, lookUp } from "./clustered.ts";
import { type Codec, sizeOf } from "./codec.ts";
import { decodeHuffman, encodeHuffman } from "./huffman.ts";

const MAX_GAP_BITS = 8;
const GAP_WIDTH_BITS = 3;

export const sparseCodec: Codec<"sparse"> = {
  id: 4,
  kind: "sparse",
  findProblem: findSparseProblem,
  encode({ coding }, writer) {
    if (coding.kind !== "sparse") return;
    const { codebook, indices } = coding;
    writer.byte(codebook.length - 1);
    writer.float16s(codebook);
    const zero = codebook.indexOf(0);
    let shortest: Uint8Array | undefined;
    for (let gapBits = 1; gapBits <= MAX_GAP_BITS; gapBits++) {
      const steps = createByteWriter();
      writeSteps(steps, takeSteps(indices, zero, gapBits), gapBits, codebook.length);
      if (shortest === undefined || steps.length < shortest.length) shortest = steps.finish();
    }
    writer.bytes(shortest!);
  },
  decode(reader, shape) {
    const entries = reader.byte("codebook") + 1;
    const codebook = reader.float16s(entries, "codebook");
    const zero = codebook.indexOf(0);
    if (zero < 0) throw damaged("a sparse codebook without a zero");
    const size = sizeOf(shape);
    const count = reader.varint("number of steps");
    if (count > size) throw damaged(`${count} steps through ${size} weights`);

    const indices = new Uint8Array(size).fill(zero);
    if (count > 0) {
      const bits = createBitReader(reader, "sparse indices");
      const gapBits = bits.read(GAP_WIDTH_BITS) + 1;
      const gaps = decodeHuffman(bits, count, 1 << gapBits);
      const steps = decodeHuffman(bits, count, entries);
      bits.finish();
      placeSteps(indices, gaps, steps);
    }
    return { shape, values: lookUp(codebook, indices), coding: { kind: "sparse", codebook, indices } };
  },
};

/** `gaps[i]` zeros, then entry `indices[i]`, and so on. */
interface Steps {
  gaps: Uint8Array;
  indices: Uint8Array;
}

function takeSteps(indices: Uint8Array, zero: number, gapBits: number): Steps {
  const widest = (1 << gapBits) - 1;
  const gaps: number[] = [];
  const entries: number[] = [];
  let gap = 0;
  let fillers = 0; // not kept before it is known that a value follows
  for (const index of indices) {
    if (index !== zero) {
      for (; fillers > 0; fillers--) {
        gaps.push(widest);
        entries.push(zero);
      }
      gaps.push(gap);
      entries.push(index);
      gap = 0;
    } else if (gap === widest) {
      fillers++;
      gap = 0;
    } else gap++;
  }
  return { gaps: Uint8Array.from(gaps), indices: Uint8Array.from(entries) };
}

function writeSteps(writer: ByteWriter, { gaps, indices }: Steps, gapBits: number, entries: number): void {
  writer.varint(gaps.length);
  if (gaps.length === 0) return;
  const bits = createBitWriter(writer);
  bits.write(gapBits - 1, GAP_WIDTH_BITS);
  encodeHuffman(gaps, 1 << gapBits, bits);
  encodeHuffman(indices, entries, bits);
  bits.finish();
}

function placeSteps(indices: Uint8Array, gaps: Uint8Array, steps: Uint8Array): void {
  let at = -1;
  for (let step = 0; step < steps.length; step++) {
    at += gaps[step]! + 1;
    if (at >= indices.length) throw damaged(`steps beyond its ${indices.length} weights`);
    indices[at] = steps[step]!;
  }
}

function findSparseProblem(tensor: WeightTensor): string | undefined {
  if (tensor.coding.kind !== "sparse") return undefined;
  return tensor.coding.codebook.includes(0)
    ? findCodebookProblem(tensor)
    : "has a sparse coding whose codebook holds no zero";
}

function damaged(found: string): RadliteError {
  return new RadliteError("BAD_ARTIFACT", `model file has ${found}; it is damaged`);
}
