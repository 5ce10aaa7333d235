import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../model/format/byte-stream.ts";
import {
  createBinaryDecoder,
  createBinaryEncoder,
  PROBABILITY_UNIT,
} from "../../../model/format/range-coder.ts";
import { createNumbers } from "../networks.ts";
import { BAD_ARTIFACT } from "./artifacts.ts";

interface Coded {
  bit: number;
  ones: number; // probability of 1, in 1/4096
}

function encode(bits: Coded[]): Uint8Array {
  const writer = createByteWriter();
  const coder = createBinaryEncoder(writer);
  for (const { bit, ones } of bits) coder.code(bit, ones);
  coder.finish();
  return writer.finish();
}

/** The bits, and how many bytes they took. */
function decode(bytes: Uint8Array, bits: Coded[]): { bits: number[]; length: number } {
  const reader = createByteReader(bytes);
  const coder = createBinaryDecoder(reader, "bits");
  const decoded = bits.map(({ ones }) => coder.code(0, ones));
  coder.finish();
  return { bits: decoded, length: reader.position };
}

const costOf = (bits: Coded[]): number =>
  bits.reduce((sum, { bit, ones }) => {
    const probability = (bit ? ones : PROBABILITY_UNIT - ones) / PROBABILITY_UNIT;
    return sum - Math.log2(probability);
  }, 0);

const coded = fc.record({
  bit: fc.integer({ min: 0, max: 1 }),
  ones: fc.oneof(
    fc.integer({ min: 1, max: PROBABILITY_UNIT - 1 }),
    fc.constantFrom(1, 2, PROBABILITY_UNIT - 2, PROBABILITY_UNIT - 1),
  ),
});
const stream = fc.array(coded, { maxLength: 300 });

test("bits come back whatever follows them, and the decoder stops where the encoder did", () => {
  fc.assert(
    fc.property(stream, fc.uint8Array({ maxLength: 5 }), (bits, following) => {
      const bytes = encode(bits);

      const { bits: decoded, length } = decode(Uint8Array.of(...bytes, ...following), bits);

      expect(decoded).toEqual(bits.map(({ bit }) => bit));
      expect(length).toBe(bytes.length);
    }),
    { numRuns: 2000, seed: 31 },
  );
});

test("bytes worked out by hand", () => {
  const half = PROBABILITY_UNIT / 2;
  const even = (list: number[]) => list.map((bit) => ({ bit, ones: half }));

  // 1 is the lower part of the interval: 1 is [0, 1/2), then 0 is [1/4, 1/2), whose first byte can be 0x40
  expect([...encode(even([1, 0]))]).toEqual([0x40]);
  // eight even bits are a byte, turned round
  expect([...encode(even([1, 0, 0, 1, 0, 1, 1, 0]))]).toEqual([0b01101001]);
  // an interval of 1/4096 from 0xfff/0x1000 on takes twelve bits; the rest of its second byte is free
  expect([...encode([{ bit: 0, ones: 4095 }])]).toEqual([0xff, 0xf0]);
  // nothing costs nothing
  expect([...encode([])]).toEqual([]);
});

test("a stream costs its bits' information, and less than two bytes more", () => {
  fc.assert(
    fc.property(stream, (bits) => {
      const bytes = encode(bits);
      // a range of 2^16 and more splits to within 2^-16 of itself, which costs the likely bit next to nothing
      expect(8 * bytes.length).toBeLessThan(costOf(bits) * 1.001 + 16);
      expect(8 * bytes.length).toBeGreaterThan(costOf(bits) - 0.001 * bits.length - 1);
    }),
    { numRuns: 1000, seed: 32 },
  );
});

test("an interval that keeps a half inside for 20 bits ends below it in bytes of 255, or above it by a carry", () => {
  const numbers = createNumbers(8);
  const endings = { below: 0, above: 0 };
  for (let round = 0; round < 400; round++) {
    const bits: Coded[] = [];
    let [low, range] = [0, 1];
    while (range > 2 ** -20) {
      const ones = numbers.whole(1000, 3000);
      const split = (range * ones) / PROBABILITY_UNIT;
      const bit = low + split > 0.5 ? 1 : 0;
      bits.push({ bit, ones });
      if (bit) range = split;
      else [low, range] = [low + split, range - split];
    }
    bits.push({ bit: round % 2, ones: 2048 });

    const bytes = encode(bits);

    expect(decode(bytes, bits).bits).toEqual(bits.map(({ bit }) => bit));
    const [first, second] = bytes;
    if (first === 0x7f && second === 0xff) endings.below++;
    else if (first === 0x80 && second === 0) endings.above++;
    else throw new Error(`a half is not ${first}, ${second}`);
  }
  expect(endings.below).toBeGreaterThan(50);
  expect(endings.above).toBeGreaterThan(50);
});

test("each stream has one spelling: another last byte is refused, even where it means the same", () => {
  const bits = Array.from({ length: 50 }, (_, at) => ({ bit: at % 3 === 0 ? 1 : 0, ones: 1500 }));
  const bytes = encode(bits);
  const read = decode(bytes, bits).bits;
  const last = bytes.length - 1;

  const others = Array.from({ length: 255 }, (_, more) => bytes.with(last, (bytes[last]! + more + 1) % 256));

  for (const other of others) {
    let result: number[] | undefined;
    try {
      result = decode(other, bits).bits;
    } catch (error) {
      expect(error).toEqual(BAD_ARTIFACT);
    }
    expect(result).not.toEqual(read);
  }
});

test("a stream that stops too early is refused, also when it goes on far behind its end", () => {
  const bits = Array.from({ length: 400 }, (_, at) => ({ bit: at % 2, ones: 2048 }));
  const bytes = encode(bits);

  expect(bytes.length).toBe(50);
  for (let length = 0; length < bytes.length - 1; length++) {
    expect(() => decode(bytes.subarray(0, length), bits)).toThrow("ends inside its bits");
  }
});
