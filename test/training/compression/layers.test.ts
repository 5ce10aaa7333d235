import { expect, test } from "vitest";
import { describeLayers, measureEntropy } from "../../../training/compression/layers.ts";

test("entropy of four equal symbols is two bits, of a lone one none", () => {
  expect(measureEntropy([5, 5, 5, 5])).toBeCloseTo(2, 12);
  expect(measureEntropy([7])).toBe(0);
  expect(measureEntropy([1, 0, 3])).toBeCloseTo(0.25 * 2 + 0.75 * Math.log2(4 / 3), 12);
});

test("a layer's figures are counted from its values", () => {
  const values = Float32Array.of(0, 0.5, 0, -1, 0.5, 0, 0, 0.5);

  const [layer] = describeLayers({ tensors: [{ shape: [2, 4], values, coding: { kind: "f32" } }] });

  expect(layer).toMatchObject({
    tensor: 0,
    shape: [2, 4],
    coding: "f32",
    weights: 8,
    nonZeros: 4,
    distinct: 3,
  });
  expect(layer!.entropyBits).toBeCloseTo(0.5 * 1 + 0.375 * Math.log2(8 / 3) + 0.125 * 3, 12);
});
