/** The loops of reading a file, against the same in TypeScript: pieces of 65,536 must not show. */
import { Crc32c } from "@aws-crypto/crc32c";
import { computeCrc32c, lookUpValues, readPrefixCodes } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPrefixCodesPlainly } from "../../../model/format/bit-stream.ts";
import { lookUpPlainly } from "../../../model/format/codecs/clustered.ts";
import { computePlainCrc32c } from "../../../model/format/crc32c.ts";

const PIECE = 65_536;

function drawBytes(seed: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => Math.imul(i + seed, 0x9e3779b1) >>> 24);
}

const bytesOf = ({ buffer }: Float32Array): Buffer => Buffer.from(buffer);

/** Lengths around those of one and of two pieces, and short ones. */
const lengths = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: PIECE - 3, max: PIECE + 3 }),
  fc.constant(2 * PIECE + 1),
);

test("the check value of CRC-32C, and the sums of a library", () => {
  const digits = new TextEncoder().encode("123456789");

  expect(computeCrc32c(digits)).toBe(0xe3069283);
  expect(computePlainCrc32c(digits)).toBe(0xe3069283);
  expect(computeCrc32c(new Uint8Array(0))).toBe(0);
  fc.assert(
    fc.property(lengths, fc.nat(), (length, seed) => {
      const bytes = drawBytes(seed, length);
      const expected = new Crc32c().update(bytes).digest();

      expect([computeCrc32c(bytes), computePlainCrc32c(bytes)]).toEqual([expected, expected]);
    }),
    { numRuns: 30, seed: 4 },
  );
});

test("prefix codes from any bit on, to any length, zeros past the end", () => {
  // Lengths 1, 2, 3, …, longest, longest: complete. The entry of a window is the number of ones that begin it.
  const tableOf = (longest: number) =>
    Uint16Array.from({ length: 1 << longest }, (_, window) => {
      const ones = Math.clz32(~(window << (32 - longest)));
      return (Math.min(ones, longest) << 4) | Math.min(ones + 1, longest);
    });
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 15 }),
      fc.nat({ max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, longest, position, share) => {
        const code = { table: tableOf(longest), longest, lengthBits: 4 };
        const bytes = drawBytes(count, Math.floor(share * count)); // now and then too short
        const [own, plain] = [new Uint8Array(count), new Uint8Array(count)];

        const ends = [
          readPrefixCodes(bytes, position, own, code),
          readPrefixCodesPlainly(bytes, position, plain, code),
        ];

        expect(ends[0]).toBe(ends[1]);
        expect(Buffer.compare(own, plain)).toBe(0);
        expect(ends[0]! - position).toBe(plain.reduce((sum, ones) => sum + Math.min(ones + 1, longest), 0));
      },
    ),
    { numRuns: 60, seed: 5 },
  );
});

test("values are looked up, whatever they are", () => {
  fc.assert(
    fc.property(lengths, fc.uint8Array({ minLength: 1, maxLength: 256 }), (count, entries) => {
      const codebook = Float32Array.from(entries, (entry, i) => (entry - 100) / (i + 1));
      const indices = Uint8Array.from(drawBytes(count, count), (index) => index % codebook.length);

      const values = lookUpValues(codebook, indices);

      expect(Buffer.compare(bytesOf(values!), bytesOf(lookUpPlainly(codebook, indices)))).toBe(0);
      if (count > 0) expect(values![count - 1]).toBe(codebook[indices[count - 1]!]);
    }),
    { numRuns: 40, seed: 6 },
  );
});
