import type { WeightTensor } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createByteReader, createByteWriter } from "../../../../model/format/byte-stream.ts";
import { indexedCodec } from "../../../../model/format/codecs/indexed.ts";

function encode(tensor: WeightTensor): Uint8Array {
  const writer = createByteWriter();
  indexedCodec.encode(tensor, writer);
  return writer.finish();
}

function makeTensor(codebook: Float32Array, indices: Uint8Array): WeightTensor {
  const values = Float32Array.from(indices, (index) => codebook[index]!);
  return { shape: [values.length], values, coding: { kind: "indexed", codebook, indices } };
}

test("comes back bit for bit in ceil(log2(entries)) bits a value", () => {
  const tensor = fc.integer({ min: 1, max: 256 }).chain((entries) =>
    fc.uint8Array({ minLength: 1, maxLength: 80, max: entries - 1 }).map((indices) => ({
      width: Math.ceil(Math.log2(entries)),
      tensor: makeTensor(
        Float32Array.from({ length: entries }, (_, at) => at / 8 - 4),
        indices,
      ),
    })),
  );
  fc.assert(
    fc.property(tensor, ({ width, tensor: written }) => {
      const bytes = encode(written);
      const { codebook, indices } = written.coding as Extract<WeightTensor["coding"], { kind: "indexed" }>;
      expect(bytes.length).toBe(1 + 2 * codebook.length + Math.ceil((width * indices.length) / 8));

      expect(indexedCodec.decode(createByteReader(bytes), written.shape)).toEqual(written);
    }),
    { numRuns: 300, seed: 12 },
  );
});

test("three entries worked out by hand", () => {
  const bytes = encode(makeTensor(Float32Array.of(-2, 0, 1), Uint8Array.of(2, 0, 1, 2, 1)));

  // entries - 1 · -2 · 0 · 1 · indices 10 00 01 10 01, filled up with zeros
  expect([...bytes]).toEqual([2, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x3c, 0b10000110, 0b01000000]);
});

test("an index beyond the codebook, a missing byte, and bits after the end are damage", () => {
  const sound = [2, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x3c, 0b10000110, 0b01000000];
  const beyond = sound.with(7, 0b11000110);
  const short = sound.slice(0, -1);
  const trailing = sound.with(8, 0b01000001);

  for (const bytes of [beyond, short, trailing]) {
    const decode = () => indexedCodec.decode(createByteReader(Uint8Array.from(bytes)), [5]);
    expect(decode).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  }
});
