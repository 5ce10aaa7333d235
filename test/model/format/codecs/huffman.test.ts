import fc from "fast-check";
import { expect, test } from "vitest";
import { createBitReader, createBitWriter } from "../../../../model/format/bit-stream.ts";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { codeLengths, decodeHuffman, encodeHuffman } from "../../../../model/format/codecs/huffman.ts";

function encode(symbols: Uint8Array, alphabet: number): Uint8Array {
  const writer = createByteWriter();
  const bits = createBitWriter(writer);
  encodeHuffman(symbols, alphabet, bits);
  bits.finish();
  return writer.finish();
}

function decode(bytes: Uint8Array, count: number, alphabet: number): Uint8Array {
  const reader = createByteReader(bytes);
  const bits = createBitReader(reader, "symbols");
  const symbols = decodeHuffman(bits, count, alphabet);
  bits.finish();
  expect(reader.remaining).toBe(0);
  return symbols;
}

/** Σ -f log2(f / Σf): what no code goes below. */
function entropyBits(frequencies: Uint32Array): number {
  const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.reduce(
    (sum, frequency) => sum - (frequency ? frequency * Math.log2(frequency / total) : 0),
    0,
  );
}

const costOf = (frequencies: Uint32Array, lengths: Uint8Array): number =>
  frequencies.reduce((sum, frequency, symbol) => sum + frequency * lengths[symbol]!, 0);

/** Total length of a Huffman code without a limit, by the textbook: join the two smallest until one is left. */
function unlimitedCost(frequencies: Uint32Array): number {
  const heap = [...frequencies].filter((frequency) => frequency > 0);
  let cost = 0;
  while (heap.length > 1) {
    heap.sort((a, b) => b - a);
    const joined = heap.pop()! + heap.pop()!;
    heap.push(joined);
    cost += joined;
  }
  return cost;
}

const someSymbols = fc.integer({ min: 1, max: 256 }).chain((alphabet) =>
  fc.record({
    alphabet: fc.constant(alphabet),
    symbols: fc.uint8Array({ max: alphabet - 1, minLength: 1, maxLength: 400 }),
  }),
);

test("symbols come back, over every size of alphabet", () => {
  fc.assert(
    fc.property(someSymbols, ({ alphabet, symbols }) => {
      expect(decode(encode(symbols, alphabet), symbols.length, alphabet)).toEqual(symbols);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test("the bits are those of RFC 1951's canonical code, worked out by hand", () => {
  const symbols = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 3); // lengths 1, 2, 3, 3: codes 0, 10, 110, 111

  // width - 1 = 01 · lengths 01 10 11 11 · 0 0 0 0 10 10 110 111 · filling 00
  expect([...encode(symbols, 4)]).toEqual([0b01_01_10_11, 0b11_0_0_0_0_10, 0b10_110_111]);
});

test("frequencies that are powers of two cost exactly their entropy", () => {
  const frequencies = Uint32Array.of(512, 256, 128, 64, 32, 16, 8, 4, 2, 1, 1);

  expect(costOf(frequencies, codeLengths(frequencies))).toBe(entropyBits(frequencies));
});

test("any code lies between the entropy and one bit a symbol over it, and none is shorter", () => {
  const frequencies = fc
    .array(fc.nat(5000), { minLength: 2, maxLength: 256 })
    .filter((list) => list.filter(Boolean).length > 1);
  fc.assert(
    fc.property(frequencies, (list) => {
      const counts = Uint32Array.from(list);
      const total = counts.reduce((sum, count) => sum + count, 0);

      const cost = costOf(counts, codeLengths(counts));

      expect(cost).toBeGreaterThanOrEqual(entropyBits(counts) - 1e-6);
      expect(cost).toBeLessThan(entropyBits(counts) + total);
      expect(cost).toBe(unlimitedCost(counts)); // the limit of 15 bits does not bind here
    }),
    { seed: 5 },
  );
});

test("clustered weights of a bell shape cost within 2% of their entropy, table left out", () => {
  const symbols = Uint8Array.from({ length: 20_000 }, (_, i) => {
    const quantile = (i + 0.5) / 20_000;
    return Math.min(15, Math.max(0, Math.round(7.5 + 2.2 * Math.log(quantile / (1 - quantile)))));
  });
  const frequencies = new Uint32Array(16);
  for (const symbol of symbols) frequencies[symbol]! += 1;

  const bitsAWeight = (8 * (encode(symbols, 16).length - 8)) / symbols.length;

  expect(bitsAWeight / (entropyBits(frequencies) / symbols.length)).toBeLessThan(1.02);
});

test("Fibonacci frequencies, which want codes of 24 bits, are kept to a complete code of 15", () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 25) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  const lengths = codeLengths(Uint32Array.from(fibonacci));

  expect(Math.max(...lengths)).toBe(15);
  expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
});

test("a lone symbol takes no bits at all, wherever it stands", () => {
  const symbols = new Uint8Array(1000).fill(5);

  const bytes = encode(symbols, 9);

  expect(bytes.length).toBe(2); // 2 bits of width, 9 lengths of one bit
  expect(decode(bytes, 1000, 9)).toEqual(symbols);
});

test.each([
  ["no symbol at all", [0b00_000_000], 3],
  ["a code that leaves bits without a meaning", [0b01_01_10_00, 0], 3],
  ["more codes than there are bits", [0b00_111_000], 3],
])("%s is a BAD_ARTIFACT", (_, bytes, alphabet) => {
  expect(() => decode(Uint8Array.from(bytes), 4, alphabet)).toThrow(
    expect.objectContaining({ code: "BAD_ARTIFACT" }),
  );
});

test("more symbols than the bits that are left are refused before they are allocated", () => {
  const bytes = encode(Uint8Array.of(0, 1, 0, 1), 2);

  expect(() => decode(bytes, 2 ** 31, 2)).toThrow("ends inside its Huffman codes");
});
