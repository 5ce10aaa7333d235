import { initialiseTensors, type TensorSpec } from "@radlite/training/architectures";
import { expect, test } from "vitest";

const KERNEL: TensorSpec = { shape: [3, 3, 16, 32], role: "kernel" };
const REST: TensorSpec[] = (["bias", "gamma", "beta", "mean", "variance"] as const).map((role) => ({
  shape: [4],
  role,
}));

test("kernels have the variance 2 / fan-in and stay within their bound", () => {
  const [kernel] = initialiseTensors({ tensors: [KERNEL] }, 7);

  const variance = kernel!.reduce((sum, value) => sum + value * value, 0) / kernel!.length;
  expect(variance / (2 / 144)).toBeGreaterThan(0.95);
  expect(variance / (2 / 144)).toBeLessThan(1.05);
  expect(Math.max(...kernel!.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 144));
});

test("the seed decides every value", () => {
  const [a, again, other] = [7, 7, 8].map((seed) => initialiseTensors({ tensors: [KERNEL] }, seed)[0]!);

  expect(again).toEqual(a);
  expect(other).not.toEqual(a);
});

test("what is no weight starts neutral: y = x after BatchNorm, no bias", () => {
  const values = initialiseTensors({ tensors: REST }, 1);

  expect(values.map(([first]) => first)).toEqual([0, 1, 0, 0, 1]);
});
