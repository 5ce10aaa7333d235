import { expect, test } from "vitest";
import { foldBatchNorm } from "../../../training/fit/fold-batch-norm.ts";

test("folds a channel at a time: W' = W s, b' = beta + (b - mean) s", () => {
  const folded = foldBatchNorm(Float32Array.of(3, -1, 6, -2), Float32Array.of(10, 20), {
    gamma: Float32Array.of(2, 1),
    beta: Float32Array.of(0.5, 0),
    mean: Float32Array.of(1, -4),
    variance: Float32Array.of(4 - 1e-5, 1 - 1e-5),
  });

  expect([...folded.weights]).toEqual([3, -1, 6, -2]); // s = 2 / 2 and 1 / 1
  expect([...folded.bias]).toEqual([9.5, 24]);
});
