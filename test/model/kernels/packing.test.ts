import {
  packBinaryWeights,
  packedLength,
  packOutputs,
  packThrough,
  startKernels,
} from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";

test("weights are put by eights of outputs, rows within, zeros behind the last output", () => {
  // Two rows of nine outputs: 10..18 and 20..28.
  const weights = Float32Array.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const packed = new Float32Array(packedLength(2, 9));

  packOutputs(weights, 2, 9, 1, packed);

  expect([...packed]).toEqual([
    ...[10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27],
    ...[18, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

test("each group of outputs begins a block of its own", () => {
  const bias = Float32Array.of(1, 2, 3, 4);
  const packed = new Float32Array(packedLength(1, 4, 2));

  packOutputs(bias, 1, 4, 2, packed);

  expect([...packed]).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0]);
});

test("the kernel packs as TypeScript does, a few rows at a time or not at all", () => {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const kernels = startKernels(memory, "wasm-simd");
  const buffer = new Float32Array(memory.buffer, 64, 50);
  const whole = new Float32Array(memory.buffer);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1, 1, 2, 3, 5),
      (rows, groupOutputs, groups) => {
        const outputs = groups * groupOutputs;
        const values = Float32Array.from({ length: rows * outputs }, (_, i) => i + 1);
        const length = packedLength(rows, outputs, groups);
        whole.fill(0);
        const expected = new Float32Array(length);
        packOutputs(values, rows, outputs, groups, expected);

        packThrough({ kernels, buffer }, values, rows, outputs, groups, whole.subarray(128, 128 + length));

        expect([...whole.subarray(128, 128 + length)]).toEqual([...expected]);
        expect(whole[128 + length]).toBe(0);
      },
    ),
    { numRuns: 150, seed: 12 },
  );
});

test("binary weights: a word of 32 inputs for each of four outputs, 1 for zero and above", () => {
  // [1 tap][33 inputs][2 outputs]: output 0 is positive at inputs 0 and 32, output 1 everywhere but at input 1.
  const weights = new Float32Array(33 * 2).fill(-1);
  weights[0] = 1;
  weights[32 * 2] = 0;
  for (let input = 0; input < 33; input++) weights[input * 2 + 1] = input === 1 ? -1 : 1;

  const packed = packBinaryWeights(weights, 1, 33, 2);

  expect([...packed]).toEqual([
    ...[0b1, 0xffff_fffd, 0, 0, 0b1, 0b1, 0, 0], // outputs 0 to 3: two words
    ...[0, 0, 0, 0, 0, 0, 0, 0], // outputs 4 to 7
  ]);
});
