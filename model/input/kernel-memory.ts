/**
 * The memory that the kernels of model/input work in: one, kept for the next picture, larger when one is larger. In
 * front lies the picture that is held (held-rows.ts), behind it what the next caller lays out: that is good until the
 * one after lays out its own.
 */
import { canRun, type Kernels, SLACK_BYTES, startKernels } from "@radlite/model/kernels";

const ALIGNMENT = 16;
const PAGE_BYTES = 65_536;

let started: { memory: WebAssembly.Memory; kernels: Kernels } | undefined;
let held: { bytes: number; by: symbol } = { bytes: 0, by: Symbol() };

export interface OpenedKernels {
  memory: WebAssembly.Memory;
  kernels: Kernels;
  /** Of buffers of the sizes asked for. */
  addresses: number[];
}

/** @param sizes of buffers, in bytes. Undefined where the runtime has no SIMD. */
export function openKernels(sizes: readonly number[]): OpenedKernels | undefined {
  if (!canRun("simd")) return undefined;
  if (!started) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    started = { memory, kernels: startKernels(memory, "wasm-simd") };
  }
  const { memory, kernels } = started;
  const addresses = layOut([held.bytes, ...sizes]);
  const missingPages = Math.ceil((addresses.at(-1)! + SLACK_BYTES - memory.buffer.byteLength) / PAGE_BYTES);
  if (missingPages > 0) memory.grow(missingPages);
  return { memory, kernels, addresses: addresses.slice(1) };
}

/** Makes room for a picture, in place of the one before. */
export function holdBytes(bytes: number): { address: number; isHeld: () => boolean } {
  const by = Symbol();
  held = { bytes, by };
  return { address: ALIGNMENT, isHeld: () => held.by === by };
}

/** Addresses of the buffers, and the first one behind them; kernels read and write whole vectors. */
function layOut(sizes: readonly number[]): number[] {
  const addresses = [ALIGNMENT];
  for (const size of sizes) {
    addresses.push(addresses.at(-1)! + Math.ceil(size / ALIGNMENT) * ALIGNMENT + 2 * ALIGNMENT);
  }
  return addresses;
}
