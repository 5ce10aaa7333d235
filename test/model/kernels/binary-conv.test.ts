/** Convolution of signs on bits against the same in plain numbers: sums and bits must be equal, not near. */
import { packBinaryWeights } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNumbers } from "../networks.ts";
import { createKernelMemory } from "./kernel-memory.ts";

interface Case {
  height: number;
  width: number;
  inputs: number;
  outputs: number;
  kernel: [number, number];
  strides: [number, number];
  border: number; // pixels of -1 around the image
  seed: number;
}

const side = (max: number) => fc.integer({ min: 1, max });
const cases: fc.Arbitrary<Case> = fc.record({
  height: side(7),
  width: side(7),
  inputs: fc.oneof(side(70), fc.constantFrom(32, 64, 320)),
  outputs: side(35),
  kernel: fc.tuple(side(3), side(3)),
  strides: fc.tuple(side(3), side(3)),
  border: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(),
});
const fits = ({ height, width, kernel, border }: Case) =>
  height + 2 * border >= kernel[0] && width + 2 * border >= kernel[1];

const signOf = (value: number) => (value >= 0 ? 1 : -1);

/** The sums in plain numbers, [outHeight, outWidth, outputs]. */
function sumProducts(
  image: Float32Array,
  weights: Float32Array,
  one: Case,
  sizes: [number, number],
): number[] {
  const { height, width, inputs, outputs, kernel, strides, border } = one;
  const sums: number[] = [];
  for (let p = 0; p < sizes[0]; p++)
    for (let q = 0; q < sizes[1]; q++)
      for (let out = 0; out < outputs; out++) {
        let sum = 0;
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++)
            for (let c = 0; c < inputs; c++) {
              const [y, x] = [p * strides[0] + i - border, q * strides[1] + j - border];
              const isInside = y >= 0 && y < height && x >= 0 && x < width;
              const sign = isInside ? signOf(image[(y * width + x) * inputs + c]!) : -1;
              sum += sign * signOf(weights[((i * kernel[1] + j) * inputs + c) * outputs + out]!);
            }
        sums.push(sum);
      }
  return sums;
}

/** Packs the image's signs into a bordered buffer, as the first of the two kernels does. */
function setUp(one: Case) {
  const { height, width, inputs, outputs, kernel, strides, border, seed } = one;
  const numbers = createNumbers(seed);
  const image = numbers.floats(height * width * inputs, 1);
  image[0] = 0; // counts as +1
  const weights = numbers.floats(kernel[0] * kernel[1] * inputs * outputs, 1);
  const sizes: [number, number] = [
    Math.floor((height + 2 * border - kernel[0]) / strides[0]) + 1,
    Math.floor((width + 2 * border - kernel[1]) / strides[1]) + 1,
  ];
  const memory = createKernelMemory();
  const pixelBytes = Math.ceil(inputs / 32) * 4;
  const rowBytes = (width + 2 * border) * pixelBytes;
  const bits = memory.put(new Uint32Array(((height + 2 * border) * rowBytes) / 4));
  const packed = memory.view({
    data: bits + border * rowBytes + border * pixelBytes,
    height,
    width,
    channels: inputs,
    rowBytes,
    pixelBytes,
  });
  const x = memory.view({
    data: memory.put(image),
    height,
    width,
    channels: inputs,
    rowBytes: width * inputs * 4,
    pixelBytes: inputs * 4,
  });
  const ones = memory.put(new Float32Array(inputs + 7).fill(1));
  memory.kernels.packSigns(x, ones, memory.put(new Float32Array(inputs + 7)), packed);
  const binaryWeights = memory.put(packBinaryWeights(weights, kernel[0] * kernel[1], inputs, outputs));
  const expected = sumProducts(image, weights, one, sizes);
  return { memory, packed, binaryWeights, sizes, expected };
}

test("sums of signs are exact for any shape, stride, border and number of channels", () => {
  fc.assert(
    fc.property(cases.filter(fits), (one) => {
      const { memory, packed, binaryWeights, sizes, expected } = setUp(one);
      const { outputs, kernel, strides, border } = one;
      const data = memory.put(new Float32Array(expected.length));
      const y = memory.view({
        data,
        height: sizes[0],
        width: sizes[1],
        channels: outputs,
        rowBytes: sizes[1] * outputs * 4,
        pixelBytes: outputs * 4,
      });

      const [ones, zeros] = [1, 0].map((value) => memory.put(new Float32Array(outputs + 7).fill(value)));
      memory.kernels.binaryConv(
        ...[packed, binaryWeights, ones!, zeros!, 0, y, ...kernel, ...strides, border, border],
        ...[false, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      );

      expect([...memory.floats(data, expected.length)]).toEqual(expected);
    }),
    { seed: 1, numRuns: 60 },
  );
}, 30_000);

test("bits are direction·sum >= threshold, packed along the channels, zero behind the last", () => {
  fc.assert(
    fc.property(cases.filter(fits), (one) => {
      const { memory, packed, binaryWeights, sizes, expected } = setUp(one);
      const { outputs, kernel, strides, border, seed } = one;
      const numbers = createNumbers(seed + 1);
      const thresholds = new Int32Array(Math.ceil(outputs / 8) * 8).fill(1);
      const directions = new Int32Array(thresholds.length);
      for (let out = 0; out < outputs; out++) {
        thresholds[out] = numbers.whole(-20, 20);
        directions[out] = numbers.pick([1, 1, -1, 0]);
      }
      const words = Math.ceil(outputs / 32);
      const data = memory.put(new Uint32Array(sizes[0] * sizes[1] * words));
      const y = memory.view({
        data,
        height: sizes[0],
        width: sizes[1],
        channels: outputs,
        rowBytes: sizes[1] * words * 4,
        pixelBytes: words * 4,
      });

      memory.kernels.binaryConv(
        ...[packed, binaryWeights, memory.put(directions), memory.put(thresholds), 0, y],
        ...[...kernel, ...strides, border, border, true, 0, 0],
      );

      const bits = memory.words(data, sizes[0] * sizes[1] * words);
      const wanted = new Uint32Array(bits.length);
      expected.forEach((sum, i) => {
        const out = i % outputs;
        if (directions[out]! * sum < thresholds[out]!) return;
        wanted[Math.floor(i / outputs) * words + (out >> 5)]! |= 1 << (out & 31);
      });
      expect([...bits]).toEqual([...wanted]);
    }),
    { seed: 2, numRuns: 60 },
  );
}, 30_000);

test("sums become floats in one pass: factor·sum + offset + addend, clamped", () => {
  fc.assert(
    fc.property(cases.filter(fits), (one) => {
      const { memory, packed, binaryWeights, sizes, expected } = setUp(one);
      const { outputs, kernel, strides, border, seed } = one;
      const numbers = createNumbers(seed + 2);
      const [factors, offsets] = [0, 1].map(() => numbers.floats(Math.ceil(outputs / 8) * 8, 1));
      const addend = numbers.floats(expected.length, 9);
      const viewOf = (data: number) =>
        memory.view({
          data,
          height: sizes[0],
          width: sizes[1],
          channels: outputs,
          rowBytes: sizes[1] * outputs * 4,
          pixelBytes: outputs * 4,
        });
      const data = memory.put(new Float32Array(expected.length));

      memory.kernels.binaryConv(
        ...[packed, binaryWeights, memory.put(factors!), memory.put(offsets!)],
        ...[viewOf(memory.put(addend)), viewOf(data), ...kernel, ...strides, border, border],
        ...[false, -4, 5],
      );

      const wanted = expected.map((sum, i) => {
        const scaled = Math.fround(Math.fround(sum * factors![i % outputs]!) + offsets![i % outputs]!);
        return Math.min(Math.max(Math.fround(scaled + addend[i]!), -4), 5);
      });
      expect([...memory.floats(data, expected.length)]).toEqual(wanted);
    }),
    { seed: 3, numRuns: 60 },
  );
}, 30_000);

test("2,880 products of one sign stay exact: more than a byte counts", () => {
  const memory = createKernelMemory();
  const x = memory.view({
    data: memory.put(new Uint32Array(9 * 10).fill(0xffff_ffff)),
    height: 3,
    width: 3,
    channels: 320,
    rowBytes: 120,
    pixelBytes: 40,
  });
  const data = memory.put(new Float32Array(9));
  const y = memory.view({ data, height: 1, width: 1, channels: 9, rowBytes: 36, pixelBytes: 36 });
  const sumWith = (weight: number): number[] => {
    const weights = packBinaryWeights(new Float32Array(9 * 320 * 9).fill(weight), 9, 320, 9);
    const [ones, zeros] = [1, 0].map((value) => memory.put(new Float32Array(16).fill(value)));
    memory.kernels.binaryConv(
      ...[x, memory.put(weights), ones!, zeros!, 0, y, 3, 3, 1, 1, 0, 0],
      ...[false, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    );
    return [...memory.floats(data, 9)];
  };

  expect(sumWith(1)).toEqual(new Array(9).fill(2880));
  expect(sumWith(-1)).toEqual(new Array(9).fill(-2880));
});

test("signs as floats: the same comparison, and one that is not a number is -1", () => {
  const memory = createKernelMemory();
  const values = Float32Array.of(0, -0, 3, 3, Number.NaN, 1e-30);
  const x = memory.view({
    data: memory.put(values),
    height: 2,
    width: 1,
    channels: 3,
    rowBytes: 12,
    pixelBytes: 12,
  });
  const data = memory.put(new Float32Array(6));
  const y = memory.view({ data, height: 2, width: 1, channels: 3, rowBytes: 12, pixelBytes: 12 });
  const weights = Float32Array.of(1, 2, -1, ...new Float32Array(7));
  const thresholds = Float32Array.of(0, 0, -2, ...new Float32Array(7));

  memory.kernels.floatSigns(x, memory.put(weights), memory.put(thresholds), y);

  // 0 >= 0 · -0 >= 0 · -3 < -2; 3 >= 0 · NaN · -1e-30 >= -2
  expect([...memory.floats(data, 6)]).toEqual([1, 1, -1, 1, -1, 1]);
});

test("signs are packed by threshold and direction: a BatchNorm in front of a sign, folded", () => {
  const memory = createKernelMemory();
  const x = memory.view({
    data: memory.put(Float32Array.of(0, -0.5, 2, 2, 7, 1, 1, 1, 1)),
    height: 1,
    width: 1,
    channels: 9,
    rowBytes: 36,
    pixelBytes: 36,
  });
  const data = memory.put(Uint32Array.of(0));
  const y = memory.view({ data, height: 1, width: 1, channels: 9, rowBytes: 4, pixelBytes: 4 });
  const thresholds = Float32Array.of(0, 0, 2, -2, -6.5, 0, 1, 1.5, 1, ...new Float32Array(7));
  const directions = Float32Array.of(1, 1, 1, -1, -1, 0, 0, 1, 1, ...new Float32Array(7));

  memory.kernels.packSigns(x, memory.put(directions), memory.put(thresholds), y);

  // 0 >= 0 · -0.5 < 0 · 2 >= 2 · -2 >= -2 · -7 < -6.5 · 0 >= 0 · 0 < 1 · 1 < 1.5 · 1 >= 1
  expect(memory.words(data, 1)[0]).toBe(0b1_0010_1101);
});
