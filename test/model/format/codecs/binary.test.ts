import { roundToFloat16, type WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { binaryCodec } from "../../../../model/format/codecs/binary.ts";

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  binaryCodec.encode(tensor, writer);
  return writer.finish();
}

function makeTensor(shape: number[], values: number[]): WeightTensor {
  return { shape, values: Float32Array.from(values), coding: { kind: "binary" } };
}

test("comes back bit for bit in one bit a weight and a float16 a filter", () => {
  const tensors = fc
    .record({
      magnitudes: fc.array(fc.double({ min: 1e-4, max: 6e4, noNaN: true }), { minLength: 1, maxLength: 9 }),
      taps: fc.integer({ min: 1, max: 40 }),
      signs: fc.array(fc.boolean(), { minLength: 400, maxLength: 400 }),
    })
    .map(({ magnitudes, taps, signs }) => {
      const halves = roundToFloat16(Float32Array.from(magnitudes));
      const values = Array.from({ length: taps * halves.length }, (_, at) =>
        signs[at] ? halves[at % halves.length]! : -halves[at % halves.length]!,
      );
      return makeTensor([taps, halves.length], values);
    });
  fc.assert(
    fc.property(tensors, (written) => {
      expect(binaryCodec.findProblem(written)).toBeUndefined();
      const [taps, filters] = written.shape as [number, number];

      const bytes = encode(written);

      expect(bytes.length).toBe(2 * filters + Math.ceil((taps * filters) / 8));
      expect(binaryCodec.decode(createByteReader(bytes), written.shape)).toEqual(written);
    }),
    { numRuns: 200, seed: 14 },
  );
});

test("two filters of five weights worked out by hand", () => {
  const values = [1, -0.5, 1, 0.5, -1, 0.5, -1, -0.5, 1, 0.5];

  const bytes = encode(makeTensor([5, 2], values));

  // 1 · 0.5 · signs 10 11 01 00 11, filled up with zeros
  expect([...bytes]).toEqual([0x00, 0x3c, 0x00, 0x38, 0b10110100, 0b11000000]);
});

test("a missing byte, bits after the end, and a filter without a magnitude are damage", () => {
  const sound = [0x00, 0x3c, 0x00, 0x38, 0b10110100, 0b11000000];
  const damaged: Record<string, number[]> = {
    "ends inside its binary weights": sound.slice(0, -1),
    "ends inside its magnitudes": sound.slice(0, 3),
    "bits after the end": sound.with(5, 0b11000001),
    "a filter of magnitude 0": sound.with(3, 0),
    "a filter of magnitude -0.5": sound.with(3, 0xb8),
    "a filter of magnitude NaN": sound.with(3, 0x7e),
  };

  for (const [message, bytes] of Object.entries(damaged)) {
    const decode = () => binaryCodec.decode(createByteReader(Uint8Array.from(bytes)), [5, 2]);
    expect(decode).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
    expect(decode).toThrow(message);
  }
});

test("values of two magnitudes, zeros, and magnitudes that are no halves are refused", () => {
  const problemOf = (values: number[]) => binaryCodec.findProblem(makeTensor([2, 2], values));

  expect(problemOf([1, 0.5, -1, -0.5])).toBeUndefined();
  expect(problemOf([1, 0.5, -1, -1])).toBe(
    "holds -1 at 3, expected plus or minus 0.5 as in all of its filter",
  );
  expect(problemOf([1, 0, -1, 0])).toBe("holds 0 in filter 1, expected plus or minus a number above zero");
  expect(problemOf([0.1, 1, 0.1, 1])).toContain("at 0, which float16 cannot hold exactly");
});
