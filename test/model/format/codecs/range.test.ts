import { roundToFloat16, type WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { clusteredCodec } from "../../../../model/format/codecs/clustered.ts";
import { rangeCodec } from "../../../../model/format/codecs/range.ts";
import { createNumbers } from "../../networks.ts";
import { BAD_ARTIFACT } from "../artifacts.ts";
import { entropyBits } from "./entropy.ts";

function makeTensor(shape: number[], codebook: Float32Array, indices: Uint8Array): WeightTensor {
  const values = Float32Array.from(indices, (index) => codebook[index]!);
  return { shape, values, coding: { kind: "range", codebook, indices } };
}

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  rangeCodec.encode(tensor, writer);
  return writer.finish();
}

/** Bytes of the indices alone. */
const codeBytes = (shape: number[], codebook: Float32Array, indices: Uint8Array): number =>
  encode(makeTensor(shape, codebook, indices)).length - 1 - 2 * codebook.length;

/** `entries` evenly around zero; an odd number has an exact zero in its middle. */
const codebookOf = (entries: number): Float32Array =>
  roundToFloat16(Float32Array.from({ length: entries }, (_, at) => (at - (entries - 1) / 2) / 8));

/** Bell-shaped around the middle entry, by a logistic quantile. */
function drawBell(seed: number, count: number, entries: number, width: number): Uint8Array {
  const numbers = createNumbers(seed);
  return Uint8Array.from({ length: count }, () => {
    const quantile = (numbers.whole(0, 99_999) + 0.5) / 100_000;
    const at = Math.round((entries - 1) / 2 + width * Math.log(quantile / (1 - quantile)));
    return Math.min(entries - 1, Math.max(0, at));
  });
}

const shape = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 200 })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 })),
  fc.tuple(
    fc.constantFrom(1, 3),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 7 }),
  ),
);

test("comes back bit for bit from any codebook and shape, and leaves what follows alone", () => {
  const half = fc
    .float({ noNaN: true, noDefaultInfinity: true })
    .map((value) => roundToFloat16(Float32Array.of(value))[0]!);
  const cases = fc
    .record({
      shape: shape as fc.Arbitrary<number[]>,
      codebook: fc.array(fc.oneof(half, fc.constant(0)), { minLength: 1, maxLength: 256 }),
    })
    .chain(({ shape, codebook }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return fc.record({
        shape: fc.constant(shape),
        codebook: fc.constant(Float32Array.from(codebook)),
        indices: fc.uint8Array({ minLength: size, maxLength: size, max: codebook.length - 1 }),
      });
    });
  fc.assert(
    fc.property(cases, ({ shape, codebook, indices }) => {
      const tensor = makeTensor(shape, codebook, indices);
      expect(rangeCodec.findProblem(tensor)).toBeUndefined();

      const bytes = encode(tensor);
      const reader = createByteReader(Uint8Array.of(...bytes, 0xff, 0xff, 0xff));

      expect(rangeCodec.decode(reader, shape)).toEqual(tensor);
      expect(reader.remaining).toBe(3);
    }),
    { numRuns: 200, seed: 15 },
  );
});

test("bytes worked out by hand", () => {
  const two = encode(makeTensor([2], Float32Array.of(0.5, -2), Uint8Array.of(1, 0)));
  const lone = encode(makeTensor([5], Float32Array.of(0.5), new Uint8Array(5)));
  const zeros = encode(makeTensor([5], Float32Array.of(0), new Uint8Array(5)));

  // entries - 1 · 0.5 · -2 · a 1 at even odds is [0, 1/2); then 1 has three quarters of it, and 0 is
  // [3/8, 1/2) of all: 0x60 is its first byte
  expect([...two]).toEqual([1, 0x00, 0x38, 0x00, 0xc0, 0x60]);
  // a single entry leaves nothing to say
  expect([...lone]).toEqual([0, 0x00, 0x38]);
  expect([...zeros]).toEqual([0, 0x00, 0x00]);
});

test("the bytes of a whole convolution, today and in every later version", () => {
  const indices = drawBell(3, 3 * 3 * 4 * 4, 7, 0.9);

  const bytes = encode(makeTensor([3, 3, 4, 4], codebookOf(7), indices));

  expect(Buffer.from(bytes).toString("hex")).toMatchInlineSnapshot(
    `"0600b600b400b00000003000340036421aec694951780d23efb912957eea782b79cc09171fbc90caa5e14f1da8e45ded0635cff05f3eda1389c67191fdba02c5576e"`,
  );
});

test.each([
  { entries: 16, width: 2.2, name: "a bell over 16 entries" },
  { entries: 32, width: 3.5, name: "a bell over 32 entries" },
  { entries: 15, width: 0.4, name: "zeros by two thirds" },
  { entries: 31, width: 0.2, name: "zeros by nine tenths" },
  { entries: 2, width: 0.3, name: "two even entries" },
])(
  "independent weights cost within 1% of their entropy, what is learnt on the way included: $name",
  (sample) => {
    const indices = drawBell(11, 40_000, sample.entries, sample.width);

    const bytes = codeBytes([5, 5, 40, 40], codebookOf(sample.entries), indices);

    expect(bytes / (entropyBits(indices) / 8)).toBeLessThan(1.01);
  },
);

test("filters of different size and neighbours alike cost less than the entropy of single weights", () => {
  const numbers = createNumbers(21);
  const [side, ins, outs] = [3, 24, 32];
  const scale = Float64Array.from({ length: outs }, () => 0.3 + 1.4 * numbers.floats(1, 1)[0]! ** 2);
  const values = new Float64Array(side * side * ins * outs);
  for (let at = 0; at < values.length; at++) {
    const left = at >= ins * outs ? values[at - ins * outs]! : 0;
    values[at] = 0.6 * left + scale[at % outs]! * (numbers.floats(1, 1)[0]! + numbers.floats(1, 1)[0]!);
  }
  const indices = Uint8Array.from(values, (value) => Math.min(30, Math.max(0, Math.round(15 + 6 * value))));

  const bytes = codeBytes([side, side, ins, outs], codebookOf(31), indices);

  expect(bytes / (entropyBits(indices) / 8)).toBeLessThan(0.95);
});

test("it is shorter than Huffman's code of the same weights, and by half where nearly all are zero", () => {
  for (const [width, least] of [
    [2, 1],
    [0.3, 0.95],
    [0.12, 0.5],
  ] as const) {
    const indices = drawBell(17, 5000, 17, width);
    const codebook = codebookOf(17);
    const huffman = createByteWriter();
    clusteredCodec.encode(
      { ...makeTensor([5000], codebook, indices), coding: { kind: "clustered", codebook, indices } },
      huffman,
    );

    const bytes = encode(makeTensor([5000], codebook, indices));

    expect(bytes.length / huffman.length).toBeLessThan(least);
  }
});

test("a million equal weights cost some hundred bytes", () => {
  const indices = new Uint8Array(1_000_000).fill(8);

  expect(codeBytes([1000, 1000], codebookOf(17), indices)).toBeLessThan(100);
});

test("a file that ends inside the code is refused, however many weights it stands for", () => {
  const indices = drawBell(5, 4096, 17, 2);
  const bytes = encode(makeTensor([64, 64], codebookOf(17), indices));

  for (const length of [0, 1, 20, 35, 36, 60, bytes.length - 40]) {
    const decode = () => rangeCodec.decode(createByteReader(bytes.subarray(0, length)), [64, 64]);
    expect(decode).toThrow(BAD_ARTIFACT);
  }
});
