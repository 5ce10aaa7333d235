/**
 * What a training computes on: the graphics card as its driver's own tool describes it, and whether TensorFlow rounds
 * the factors of 32-bit products to TF32 (10 bits of mantissa) there, which it does by itself from compute capability
 * 8.0 on. NVIDIA_TF32_OVERRIDE=0 in the environment forbids it (NVIDIA, cuBLAS and cuDNN). Loads no TensorFlow.
 */
import { execFileSync } from "node:child_process";

export interface GpuCard {
  name: string;
  /** Such as 8.0. */
  computeCapability: number;
}

const FIRST_WITH_TF32 = 8;
const QUERY = ["--query-gpu=name,compute_cap", "--format=csv,noheader"];

/** The first card of this machine; `undefined` where there is none, or no driver for it. */
export function findGpu(ask: () => string = askDriver): GpuCard | undefined {
  let answer: string;
  try {
    answer = ask();
  } catch {
    return undefined; // no such tool, or a driver that does not run
  }
  const [, name, capability] = /^(.+?),\s*(\d+\.\d+)\s*$/m.exec(answer) ?? [];
  return name && capability ? { name: name.trim(), computeCapability: Number(capability) } : undefined;
}

function askDriver(): string {
  return execFileSync("nvidia-smi", QUERY, { encoding: "utf8", timeout: 10_000, stdio: "pipe" });
}

export interface DeviceFacts {
  /** The library in use was built for CUDA. */
  isGpuBuild: boolean;
  /** TensorFlow itself says that it computes on a card. */
  usesGpu: boolean;
  gpu: GpuCard | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}

/** `CPU` · `CPU, though built for GPU` · `GPU NVIDIA A100-SXM4-40GB, TF32 on`. */
export function describeDevice({ isGpuBuild, usesGpu, gpu, environment }: DeviceFacts): string {
  if (!usesGpu) return isGpuBuild ? "CPU, though built for GPU" : "CPU";
  if (!gpu) return "GPU, TF32 unknown";
  const forbidden = environment.NVIDIA_TF32_OVERRIDE === "0";
  return `GPU ${gpu.name}, TF32 ${gpu.computeCapability >= FIRST_WITH_TF32 && !forbidden ? "on" : "off"}`;
}
