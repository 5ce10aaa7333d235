/** Decoders that have a kernel give what their TypeScript gives, to the bit, of sound codes and of others. */
import { RadliteError } from "@radlite/model/errors";
import { decodeSeeded, roundToFloat16, type SeededCode } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import {
  codeIndices,
  decodeIndices,
  decodeIndicesPlainly,
} from "../../../../model/format/codecs/index-model.ts";
import { decodeSeededPlainly } from "../../../../model/format/codecs/seeded-values.ts";
import { createBinaryEncoder } from "../../../../model/format/range-coder.ts";
import { createNumbers } from "../../networks.ts";

const shapes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }),
  fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 2 }),
  fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 1 }),
);
const sizeOf = (shape: number[]): number => shape.reduce((product, side) => product * side, 1);

/** With a zero or without, of one entry up to 256. */
function drawCodebook(seed: number, entries: number, hasZero: boolean): Float32Array {
  const codebook = roundToFloat16(createNumbers(seed).floats(entries, 2));
  if (hasZero) codebook[seed % entries] = 0;
  return codebook;
}

/** What became of the bytes: indices and how many bytes they took, or the refusal. */
function outcomeOf(decode: typeof decodeIndices, bytes: Uint8Array, shape: number[], codebook: Float32Array) {
  const reader = createByteReader(bytes);
  try {
    const indices = decode(reader, shape, codebook, "indices");
    return { indices: Buffer.from(indices).toString("hex"), position: reader.position };
  } catch (error) {
    if (error instanceof RadliteError) return { code: error.code, message: error.message };
    throw error;
  }
}

const cases = fc.record({
  shape: shapes,
  entries: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 256 })),
  hasZero: fc.boolean(),
  skew: fc.integer({ min: 0, max: 3 }),
  seed: fc.nat({ max: 2 ** 30 }),
});

test("indices of any tensor, before other bytes or at the end, whole or cut off", () => {
  fc.assert(
    fc.property(
      cases,
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ shape, entries, hasZero, skew, seed }, share) => {
        const numbers = createNumbers(seed);
        const codebook = drawCodebook(seed, entries, hasZero);
        const zero = Math.max(codebook.indexOf(0), 0);
        const indices = Uint8Array.from({ length: sizeOf(shape) }, () =>
          numbers.whole(0, skew) ? zero : numbers.whole(0, entries - 1),
        );
        const writer = createByteWriter();
        const coder = createBinaryEncoder(writer);
        codeIndices(coder, shape, codebook, indices.slice());
        coder.finish();
        const code = writer.finish();
        writer.bytes(Uint8Array.of(7, 0, 255, 255));
        const followed = writer.finish();
        const cut = code.subarray(0, Math.floor(share * code.length));

        const whole = outcomeOf(decodeIndices, followed, shape, codebook);

        expect(whole).toEqual({ indices: Buffer.from(indices).toString("hex"), position: code.length });
        for (const bytes of [code, followed, cut])
          expect(outcomeOf(decodeIndices, bytes, shape, codebook)).toEqual(
            outcomeOf(decodeIndicesPlainly, bytes, shape, codebook),
          );
      },
    ),
    { numRuns: 150, seed: 9 },
  );
});

test("indices out of bytes that no encoder wrote", () => {
  fc.assert(
    fc.property(cases, fc.uint8Array({ maxLength: 400 }), ({ shape, entries, hasZero, seed }, bytes) => {
      const codebook = drawCodebook(seed, entries, hasZero);

      expect(outcomeOf(decodeIndices, bytes, shape, codebook)).toEqual(
        outcomeOf(decodeIndicesPlainly, bytes, shape, codebook),
      );
    }),
    { numRuns: 150, seed: 10 },
  );
});

test("weights of any seeded code", () => {
  const member = fc.record({
    count: fc.integer({ min: 1, max: 700 }),
    group: fc.integer({ min: 1, max: 9 }),
    scale: fc.constantFrom(0.25, 1, 6.103515625e-5, 65504),
  });
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat({ max: 2 ** 32 - 1 }),
        bits: fc.integer({ min: 1, max: 16 }),
        members: fc.array(member, { minLength: 1, maxLength: 5 }),
        blocks: fc.integer({ min: 1, max: 90 }),
        isUneven: fc.boolean(),
      }),
      ({ seed, bits, members: drawn, blocks, isUneven }) => {
        const numbers = createNumbers(seed);
        const members = drawn.map((one) => ({ ...one, group: Math.min(one.group, one.count) }));
        const free = members.reduce((sum, { count, group }) => sum + Math.ceil(count / group), 0);
        const count = Math.min(blocks, free);
        const choices = Uint32Array.from({ length: count }, () => numbers.whole(0, 2 ** bits - 1));
        const sizes = new Uint32Array(count).fill(1);
        sizes[count >> 1]! += free - count;
        const code: SeededCode = { seed, bits, members, choices, ...(isUneven ? { sizes } : {}) };

        const [own, plain] = [decodeSeeded(code), decodeSeededPlainly(code)];
        requireIndices(); // the two share a memory

        expect(own.length).toBe(members.length);
        for (const [at, weights] of own.entries())
          expect(Buffer.compare(bytesOf(weights), bytesOf(plain[at]!))).toBe(0);
      },
    ),
    { numRuns: 120, seed: 11 },
  );
});

/** A code of 0, 1, 1, 0, decoded after whatever was decoded before. */
function requireIndices(): void {
  const [shape, codebook] = [[4], Float32Array.of(0, 1)];
  const writer = createByteWriter();
  const coder = createBinaryEncoder(writer);
  codeIndices(coder, shape, codebook, Uint8Array.of(0, 1, 1, 0));
  coder.finish();
  expect(outcomeOf(decodeIndices, writer.finish(), shape, codebook)).toMatchObject({ indices: "00010100" });
}

const bytesOf = ({ buffer }: Float32Array): Buffer => Buffer.from(buffer);
