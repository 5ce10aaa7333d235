import { expect, test } from "vitest";
import { describeDevice, findGpu, type GpuCard } from "../../../training/fit/device.ts";

test("the first card is read out of the driver's answer", () => {
  const answer = "NVIDIA H100 80GB HBM3, 9.0\nNVIDIA T4, 7.5\n";
  expect(findGpu(() => answer)).toEqual({ name: "NVIDIA H100 80GB HBM3", computeCapability: 9 });
  expect(findGpu(() => "Tesla P100-PCIE-16GB, 6.0")).toEqual({
    name: "Tesla P100-PCIE-16GB",
    computeCapability: 6,
  });
});

test("no tool, no driver and an answer of another kind are no card", () => {
  const fail = () => {
    throw new Error("ENOENT");
  };
  for (const ask of [
    fail,
    () => "",
    () => "NVIDIA-SMI has failed because it couldn't communicate",
    () => "A, [N/A]",
  ]) {
    expect(findGpu(ask)).toBeUndefined();
  }
});

const AMPERE: GpuCard = { name: "NVIDIA A100", computeCapability: 8 };
const TURING: GpuCard = { name: "NVIDIA T4", computeCapability: 7.5 };

test.each([
  ["CPU", false, false, undefined, {}],
  ["CPU, though built for GPU", true, false, undefined, {}],
  ["GPU NVIDIA A100, TF32 on", true, true, AMPERE, {}],
  ["GPU NVIDIA A100, TF32 off", true, true, AMPERE, { NVIDIA_TF32_OVERRIDE: "0" }],
  ["GPU NVIDIA T4, TF32 off", true, true, TURING, {}],
  ["GPU, TF32 unknown", true, true, undefined, {}],
])("%s", (expected, isGpuBuild, usesGpu, gpu, environment) => {
  expect(describeDevice({ isGpuBuild, usesGpu, gpu, environment })).toBe(expected);
});
