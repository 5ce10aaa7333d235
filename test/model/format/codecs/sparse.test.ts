import { roundToFloat16, type WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { clusteredCodec } from "../../../../model/format/codecs/clustered.ts";
import { sparseCodec } from "../../../../model/format/codecs/sparse.ts";
import { createNumbers } from "../../networks.ts";
import { BAD_ARTIFACT } from "../artifacts.ts";
import { entropyBits } from "./entropy.ts";

type Sparse = Extract<WeightTensor["coding"], { kind: "sparse" }>;

function makeTensor(codebook: Float32Array, indices: Uint8Array): WeightTensor & { coding: Sparse } {
  const values = Float32Array.from(indices, (index) => codebook[index]!);
  return { shape: [values.length], values, coding: { kind: "sparse", codebook, indices } };
}

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  sparseCodec.encode(tensor, writer);
  return writer.finish();
}

function decode(bytes: number[] | Uint8Array, size: number): WeightTensor {
  return sparseCodec.decode(createByteReader(Uint8Array.from(bytes)), [size]);
}

/** `size` indices, zero with a probability of `share`, else one of the other entries; zero is entry `zero`. */
function drawIndices(
  seed: number,
  size: number,
  { share, entries, zero }: Record<string, number>,
): Uint8Array {
  const numbers = createNumbers(seed);
  return Uint8Array.from({ length: size }, () => {
    if (numbers.whole(0, 9999) < 10_000 * share!) return zero!;
    const other = numbers.whole(0, entries! - 2);
    return other < zero! ? other : other + 1;
  });
}

const codebookOf = (entries: number, zero: number): Float32Array =>
  roundToFloat16(Float32Array.from({ length: entries }, (_, at) => (at - zero) / 8));

test("comes back bit for bit at any sparsity and any place of the zero, and leaves what follows alone", () => {
  const cases = fc
    .record({
      entries: fc.integer({ min: 1, max: 256 }),
      share: fc.constantFrom(0, 0.1, 0.5, 0.9, 0.99, 1),
      size: fc.integer({ min: 1, max: 900 }),
      seed: fc.nat(1e6),
    })
    .chain((shape) => fc.record({ ...mapConstants(shape), zero: fc.nat(shape.entries - 1) }));
  fc.assert(
    fc.property(cases, ({ entries, share, size, seed, zero }) => {
      const indices =
        entries === 1 ? new Uint8Array(size) : drawIndices(seed, size, { share, entries, zero });
      const tensor = makeTensor(codebookOf(entries, zero), indices);
      expect(sparseCodec.findProblem(tensor)).toBeUndefined();

      const bytes = encode(tensor);
      const reader = createByteReader(Uint8Array.of(...bytes, 0xff, 0xff));

      expect(sparseCodec.decode(reader, tensor.shape)).toEqual(tensor);
      expect(reader.remaining).toBe(2);
    }),
    { numRuns: 120, seed: 14 },
  );
}, 30_000);

test("bytes worked out by hand", () => {
  const codebook = Float32Array.of(0, 1);

  const gaps = encode(makeTensor(codebook, Uint8Array.of(0, 0, 1, 0, 0, 1, 0)));
  const fillers = encode(makeTensor(codebook, Uint8Array.of(0, 0, 0, 0, 0, 1)));
  const none = encode(makeTensor(codebook, new Uint8Array(9)));

  const head = [1, 0x00, 0x00, 0x00, 0x3c]; // entries - 1 · 0 · 1
  // two steps of gap 2 to entry 1: gaps of 2 bits (001) · lengths 0 0 1 0 of 1 bit (00) · lengths 0 1 (00)
  expect([...gaps]).toEqual([...head, 2, 0b001_00_001, 0b0_00_01_000]);
  // gaps of 1 bit (000): two fillers bridge four zeros, a gap of 1 · lengths 0 1 (00) · lengths 1 1 (00) · 0 0 1
  expect([...fillers]).toEqual([...head, 3, 0b000_00_01_0, 0b0_11_0_0_1_00]);
  expect([...none]).toEqual([...head, 0]);
});

test("at 90% zeros it costs 3% over the entropy at most, where a code a weight wastes half and more", () => {
  const indices = drawIndices(5, 40_000, { share: 0.9, entries: 16, zero: 7 });
  const codebook = codebookOf(16, 7);
  const entropy = entropyBits(indices) / 8;
  const writer = createByteWriter();
  clusteredCodec.encode(
    { ...makeTensor(codebook, indices), coding: { kind: "clustered", codebook, indices } },
    writer,
  );

  const bytes = encode(makeTensor(codebook, indices)).length;

  expect(bytes / entropy).toBeGreaterThan(1);
  expect(bytes / entropy).toBeLessThan(1.03);
  expect(writer.length / entropy).toBeGreaterThan(1.5);
});

test("damage is a BAD_ARTIFACT: no zero, too many steps, steps beyond the end, a step missing, bits behind the end", () => {
  const sound = [1, 0x00, 0x00, 0x00, 0x3c, 2, 0b001_00_001, 0b0_00_01_000];
  const damaged = {
    "without a zero": sound.with(2, 0x40),
    "8 steps through 7 weights": sound.with(5, 8),
    "steps beyond its 7 weights": sound.with(5, 3),
    "ends inside its sparse indices": sound.slice(0, -1),
    "bits after the end": sound.with(7, 0b0_00_01_001),
    "form no Huffman code": sound.with(6, 0b001_00_000),
  };

  expect(decode(sound, 7).values).toEqual(Float32Array.of(0, 0, 1, 0, 0, 1, 0));
  for (const [message, bytes] of Object.entries(damaged)) {
    expect(() => decode(bytes, 7)).toThrow(message);
    expect(() => decode(bytes, 7)).toThrow(BAD_ARTIFACT);
  }
});

test("a codebook without a zero is refused before it is written", () => {
  const tensor = makeTensor(Float32Array.of(0.5, 1), Uint8Array.of(0, 1));

  expect(sparseCodec.findProblem(tensor)).toBe("has a sparse coding whose codebook holds no zero");
});

function mapConstants<T extends object>(values: T): { [Key in keyof T]: fc.Arbitrary<T[Key]> } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as {
    [Key in keyof T]: fc.Arbitrary<T[Key]>;
  };
}
