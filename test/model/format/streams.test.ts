import fc from "fast-check";
import { expect, test } from "vitest";
import { createBitReader, createBitWriter } from "../../../model/format/bit-stream.ts";
import { createByteReader, createByteWriter } from "../../../model/format/byte-stream.ts";

const BAD_ARTIFACT = expect.objectContaining({ code: "BAD_ARTIFACT" });

test("varints have the bytes that seven bits at a time give", () => {
  const writer = createByteWriter();

  for (const value of [0, 127, 128, 300, 2 ** 32 - 1]) writer.varint(value);

  expect([...writer.finish()]).toEqual([0x00, 0x7f, 0x80, 0x01, 0xac, 0x02, 0xff, 0xff, 0xff, 0xff, 0x0f]);
});

test("varints and floats come back, and the reader ends where the writer did", () => {
  const items = fc.array(
    fc.oneof(
      fc.nat(0xffffffff).map((n) => ({ n })),
      fc.float().map((f) => ({ f })),
    ),
  );
  fc.assert(
    fc.property(items, (written) => {
      const writer = createByteWriter();
      for (const item of written) "n" in item ? writer.varint(item.n) : writer.float32(item.f);

      const reader = createByteReader(writer.finish());
      const read = written.map((item) =>
        "n" in item ? { n: reader.varint("n") } : { f: reader.float32("f") },
      );

      expect(read).toEqual(written);
      expect(reader.remaining).toBe(0);
    }),
    { seed: 2 },
  );
});

test("a reader names what it was reading when the bytes end", () => {
  const reader = createByteReader(Uint8Array.of(1, 2, 3));

  expect(() => reader.float32("temperature")).toThrow(
    "ends inside its temperature: 4 bytes expected, 3 left",
  );
  expect(() => reader.float32s(2 ** 31, "weights")).toThrow(BAD_ARTIFACT);
});

test("a varint of 2^32 or more, or without an end, is refused", () => {
  for (const bytes of [
    [0x80, 0x80, 0x80, 0x80, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    [0x80, 0x80],
  ]) {
    expect(() => createByteReader(Uint8Array.from(bytes)).varint("count")).toThrow(BAD_ARTIFACT);
  }
});

test("bits go from the highest down and are filled up with zeros", () => {
  const writer = createByteWriter();
  const bits = createBitWriter(writer);

  bits.write(0b1, 1);
  bits.write(0b0110, 4);
  bits.write(0b11111, 5);
  bits.finish();

  expect([...writer.finish()]).toEqual([0b10110111, 0b11000000]);
});

test("stretches of bits come back, each from a whole byte on", () => {
  const stretch = fc.array(
    fc
      .integer({ min: 1, max: 16 })
      .chain((count) => fc.nat(2 ** count - 1).map((value) => ({ value, count }))),
  );
  fc.assert(
    fc.property(fc.array(stretch), (stretches) => {
      const writer = createByteWriter();
      for (const items of stretches) {
        const bits = createBitWriter(writer);
        for (const { value, count } of items) bits.write(value, count);
        bits.finish();
      }

      const reader = createByteReader(writer.finish());
      for (const items of stretches) {
        const bits = createBitReader(reader, "bits");
        for (const { value, count } of items) expect(bits.read(count)).toBe(value);
        bits.finish();
      }
      expect(reader.remaining).toBe(0);
    }),
    { seed: 3 },
  );
});

test("bits past the end and filling that is not zero are refused", () => {
  const atEnd = createBitReader(createByteReader(Uint8Array.of(0xff)), "codes");
  atEnd.read(7);
  const filled = createBitReader(createByteReader(Uint8Array.of(0b10100001)), "codes");
  filled.read(3);

  expect(atEnd.remaining).toBe(1);
  expect(atEnd.peek(4)).toBe(0b1000);
  expect(() => atEnd.read(2)).toThrow("ends inside its codes");
  expect(() => filled.finish()).toThrow("bits after the end of its codes");
});
