import { roundToFloat16, type WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { rangeCodec } from "../../../../model/format/codecs/range.ts";
import { steppedCodec } from "../../../../model/format/codecs/stepped.ts";
import { createNumbers } from "../../networks.ts";
import { BAD_ARTIFACT } from "../artifacts.ts";

function makeTensor(codebook: Float32Array, indices: Uint8Array, shape = [indices.length]): WeightTensor {
  const values = Float32Array.from(indices, (index) => codebook[index]!);
  return { shape, values, coding: { kind: "stepped", codebook, indices } };
}

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  steppedCodec.encode(tensor, writer);
  return writer.finish();
}

const decode = (bytes: ArrayLike<number>, size: number) =>
  steppedCodec.decode(createByteReader(Uint8Array.from(bytes)), [size]);

const climb = (step: number, lowest: number, levels: number): Float32Array =>
  roundToFloat16(Float32Array.from({ length: levels }, (_, at) => (lowest + at) * step));

/** Halves above zero whose multiples stay below the largest half. */
const halves = fc
  .float({ min: Math.fround(2 ** -24), max: 500, noNaN: true })
  .map((value) => roundToFloat16(Float32Array.of(value))[0]!)
  .filter((step) => step > 0);

test("multiples of any half come back bit for bit, and what follows is left alone", () => {
  const cases = fc
    .record({ step: halves, lowest: fc.integer({ min: -128, max: 127 }), seed: fc.nat(1e6) })
    .chain((ladder) =>
      fc.record({ ladder: fc.constant(ladder), levels: fc.integer({ min: 1, max: 128 - ladder.lowest }) }),
    );
  fc.assert(
    fc.property(cases, ({ ladder: { step, lowest, seed }, levels }) => {
      const numbers = createNumbers(seed);
      const indices = Uint8Array.from({ length: 60 }, () => numbers.whole(0, levels - 1));
      const tensor = makeTensor(climb(step, lowest, levels), indices);
      expect(steppedCodec.findProblem(tensor)).toBeUndefined();

      const bytes = encode(tensor);
      const reader = createByteReader(Uint8Array.of(...bytes, 0xff, 0xff));

      expect(steppedCodec.decode(reader, [60])).toEqual(tensor);
      expect(reader.remaining).toBe(2);
    }),
    { numRuns: 400, seed: 21 },
  );
});

test("bytes worked out by hand", () => {
  const two = encode(makeTensor(Float32Array.of(-0.5, 0), Uint8Array.of(1, 0)));
  const lone = encode(makeTensor(Float32Array.of(-0.5), new Uint8Array(3)));

  // 0.5 as a half · -1 · two levels · a zero at even odds is [1/2, 1), of which another weight has the
  // first quarter: 0x80 is its first byte
  expect([...two.slice(0, 4)]).toEqual([0x00, 0x38, 0xff, 0x01]);
  expect([...lone]).toEqual([0x00, 0x38, 0xff, 0x00]);
});

test("the indices cost what they cost in the range code, the codebook four bytes in place of two an entry", () => {
  const numbers = createNumbers(4);
  const codebook = climb(0.25, -8, 16);
  const tensor = makeTensor(
    codebook,
    Uint8Array.from({ length: 900 }, () => numbers.whole(0, 15)),
  );
  const range = createByteWriter();
  rangeCodec.encode({ ...tensor, coding: { ...tensor.coding, kind: "range" } as never }, range);

  expect(encode(tensor).length).toBe(range.length - 1 - 2 * codebook.length + 4);
});

test.each([
  ["a level left out", Float32Array.of(-1, 0, 2)],
  ["falling entries", Float32Array.of(1, 0, -1)],
  ["the same entry twice", Float32Array.of(1, 1)],
  ["entries off the row", Float32Array.of(-1, 0, 1, 2.25)],
  ["a zero with a sign", Float32Array.of(-1, -0, 1)],
  ["levels beyond a byte", climb(0.5, 0, 129)],
])("a codebook with %s is named as a problem", (_, codebook) => {
  expect(steppedCodec.findProblem(makeTensor(codebook, Uint8Array.of(0)))).toMatch(
    /no run of multiples of one step/,
  );
});

test("damage is refused", () => {
  const bytes = encode(
    makeTensor(
      climb(0.25, -8, 16),
      Uint8Array.from({ length: 50 }, (_, at) => at % 16),
    ),
  );
  for (let length = 0; length < bytes.length; length++)
    expect(() => decode(bytes.subarray(0, length), 50)).toThrow(BAD_ARTIFACT);
  const [low, high] = [0x00, 0x38];
  expect(() => decode([low, 0xb8, 0, 0], 1)).toThrow(BAD_ARTIFACT); // a step below zero
  expect(() => decode([0, 0, 0, 0], 1)).toThrow(BAD_ARTIFACT); // of zero
  expect(() => decode([0, 0x7c, 0, 0], 1)).toThrow(BAD_ARTIFACT); // infinite
  expect(() => decode([low, high, 127, 1], 1)).toThrow(/levels up to 127/);
  expect(() => decode([0xff, 0x7b, 0, 3, 0], 1)).toThrow(BAD_ARTIFACT); // multiples beyond the largest half
});
