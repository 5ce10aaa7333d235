import { type Coding, roundToFloat16, type WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { codecOf } from "../../../../model/format/codecs/registry.ts";

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  codecOf(tensor.coding.kind)!.encode(tensor, writer);
  return writer.finish();
}

function decode(bytes: Uint8Array, kind: Coding["kind"], shape: number[]): WeightTensor {
  const reader = createByteReader(bytes);
  const tensor = codecOf(kind)!.decode(reader, shape);
  expect(reader.remaining).toBe(0);
  return tensor;
}

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
const floats = fc.array(finite, { minLength: 1, maxLength: 60 }).map((list) => Float32Array.from(list));

const clustered = fc
  .array(finite, { minLength: 1, maxLength: 256 })
  .chain((entries) =>
    fc.record({
      entries: fc.constant(entries),
      indices: fc.uint8Array({ minLength: 1, max: entries.length - 1 }),
    }),
  )
  .map(({ entries, indices }): WeightTensor => {
    const codebook = roundToFloat16(Float32Array.from(entries));
    const values = Float32Array.from(indices, (index) => codebook[index]!);
    return { shape: [values.length], values, coding: { kind: "clustered", codebook, indices } };
  });

test("tensors of every coding come back bit for bit, codebook and indices too", () => {
  const tensor = fc.oneof(
    floats.map((values): WeightTensor => ({ shape: [values.length], values, coding: { kind: "f32" } })),
    floats
      .map(roundToFloat16)
      .map((values): WeightTensor => ({ shape: [values.length], values, coding: { kind: "f16" } })),
    clustered,
  );
  fc.assert(
    fc.property(tensor, (written) => {
      expect(codecOf(written.coding.kind)!.findProblem(written)).toBeUndefined();

      expect(decode(encode(written), written.coding.kind, written.shape)).toEqual(written);
    }),
    { numRuns: 400, seed: 6 },
  );
});

test("bytes worked out by hand", () => {
  const values = Float32Array.of(1, -2, 1, 1);
  const codebook = Float32Array.of(-2, 1);
  const indices = Uint8Array.of(1, 0, 1, 1);

  const f32 = encode({ shape: [2, 2], values, coding: { kind: "f32" } });
  const f16 = encode({ shape: [2, 2], values, coding: { kind: "f16" } });
  const two = encode({ shape: [2, 2], values, coding: { kind: "clustered", codebook, indices } });

  expect([...f32]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3f, 0, 0, 0x80, 0x3f]);
  expect([...f16]).toEqual([0x00, 0x3c, 0x00, 0xc0, 0x00, 0x3c, 0x00, 0x3c]);
  // entries - 1 · -2 · 1 · width - 1 = 00, lengths 1 1, codes 1 0 1 1
  expect([...two]).toEqual([1, 0x00, 0xc0, 0x00, 0x3c, 0b00_11_1011]);
});

test("a coding that does not hold the values says where", () => {
  const values = Float32Array.of(0.5, 0.1);
  const shape = [2];
  const problemOf = (coding: Coding) => codecOf(coding.kind)!.findProblem({ shape, values, coding });
  const codebook = Float32Array.of(0.5, 0.25);

  expect(problemOf({ kind: "f16" })).toContain("at 1, which float16 cannot hold");
  expect(problemOf({ kind: "clustered", codebook, indices: Uint8Array.of(0, 1) })).toContain(
    "at 1, expected entry 1 of its codebook, 0.25",
  );
  expect(problemOf({ kind: "clustered", codebook, indices: Uint8Array.of(0, 9) })).toContain(
    "expected entry 9 of its codebook, undefined",
  );
  expect(problemOf({ kind: "clustered", codebook, indices: Uint8Array.of(0) })).toBe(
    "has 1 indices for 2 values",
  );
  expect(problemOf({ kind: "clustered", codebook: values, indices: Uint8Array.of(0, 1) })).toContain(
    "has a codebook that holds",
  );
  expect(
    problemOf({ kind: "clustered", codebook: new Float32Array(257), indices: Uint8Array.of(0, 1) }),
  ).toBe("has a codebook of 257, expected 1 to 256 entries");
});
