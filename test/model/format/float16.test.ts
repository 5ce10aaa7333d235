import { f16round, getFloat16, setFloat16 } from "@petamoriken/float16";
import { roundToFloat16 } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findInexactFloat16, fromFloat16Bits, toFloat16Bits } from "../../../model/format/float16.ts";

const view = new DataView(new ArrayBuffer(2));

test("all 65,536 patterns read as another implementation reads them, and come back as themselves", () => {
  const wrong = [];
  for (let bits = 0; bits < 0x10000; bits++) {
    view.setUint16(0, bits);
    const value = fromFloat16Bits(bits);
    if (!Object.is(value, getFloat16(view, 0))) wrong.push(bits);
    if (!Number.isNaN(value) && toFloat16Bits(value) !== bits) wrong.push(bits);
  }

  expect(wrong).toEqual([]);
});

test("numbers round as another implementation rounds them", () => {
  const anyFloat = fc.oneof(
    fc.float(),
    fc.float({ min: -70000, max: 70000 }),
    fc.float({ min: Math.fround(-1e-4), max: Math.fround(1e-4) }),
  );
  fc.assert(
    fc.property(anyFloat, (value) => {
      setFloat16(view, 0, value);

      return toFloat16Bits(value) === view.getUint16(0);
    }),
    { numRuns: 10_000, seed: 1 },
  );
});

test("a number between two halves goes to the even one", () => {
  const wrong = [];
  for (let bits = 0; bits < 0x7bff; bits++) {
    const middle = (fromFloat16Bits(bits) + fromFloat16Bits(bits + 1)) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    if (toFloat16Bits(middle) !== even || toFloat16Bits(-middle) !== (0x8000 | even)) wrong.push(bits);
  }

  expect(wrong).toEqual([]);
});

test("rounding weights gives halves, keeps halves, and stops at the largest", () => {
  const weights = Float32Array.of(0.1, -1 / 3, 1e-9, 0.5, 1e6, -1e6);

  const rounded = roundToFloat16(weights);

  expect([...rounded]).toEqual([f16round(0.1), f16round(-1 / 3), 0, 0.5, 65504, -65504]);
  expect(roundToFloat16(rounded)).toEqual(rounded);
  expect(findInexactFloat16(rounded)).toBe(-1);
  expect(findInexactFloat16(Float32Array.of(0.5, 0.1))).toBe(1);
});
