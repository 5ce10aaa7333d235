/**
 * Program: a run as a list of kernel calls with all addresses fixed, put together before its memory exists. It
 * counts the memory that it needs; only when that is known to be within the limit is it allocated, once.
 */

import {
  type KernelBuild,
  type Kernels,
  type Packer,
  SLACK_BYTES,
  startKernels,
  VIEW_BYTES,
  type View,
  writeView,
} from "@radlite/model/kernels";
import { requireMemoryBytes } from "../limits.ts";

/** Address 0 says "none" to a kernel, so nothing lies there. */
export const FIRST_ADDRESS = 64;
const ALIGNMENT = 16; // a vector
const FLOAT_BYTES = 4;
const PAGE_BYTES = 65_536;
/** What weights go through on their way to their place. */
const PACKING_BYTES = 16_384;

export type Call = (kernels: Kernels) => void;

export interface Program {
  calls: Call[];
  /** Bytes that the caller writes or reads. */
  reserve(bytes: number): number;
  /** The address of a view, which equal ones share. */
  view(view: View): number;
  /** The address of `length` floats, zeros until `fill` is called on them when memory is there. */
  weights(length: number, fill: Fill): number;
  /**
   * Allocates the memory, starts the kernels on it, writes views and weights.
   * @throws BAD_ARTIFACT when that is more than the limit.
   */
  load(build: KernelBuild): { memory: WebAssembly.Memory; kernels: Kernels };
}

type Fill = (target: Float32Array, packer: Packer) => void;

export function createProgram(): Program {
  let end = FIRST_ADDRESS;
  const views = new Map<string, { address: number; view: View }>();
  const fills: { address: number; length: number; fill: Fill }[] = [];
  const reserve = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return address;
  };

  return {
    calls: [],
    reserve,
    view(view) {
      const key = Object.values(view).join();
      const known = views.get(key);
      if (known) return known.address;
      const address = reserve(VIEW_BYTES);
      views.set(key, { address, view });
      return address;
    },
    weights(length, fill) {
      const address = reserve(length * FLOAT_BYTES);
      fills.push({ address, length, fill });
      return address;
    },
    load(build) {
      const buffer = reserve(PACKING_BYTES);
      const bytes = end + SLACK_BYTES;
      requireMemoryBytes(bytes);
      const pages = Math.ceil(bytes / PAGE_BYTES);
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      const kernels = startKernels(memory, build);
      const packer = {
        kernels,
        buffer: new Float32Array(memory.buffer, buffer, PACKING_BYTES / FLOAT_BYTES),
      };
      for (const { address, view } of views.values()) writeView(memory, address, view);
      for (const { address, length, fill } of fills) {
        fill(new Float32Array(memory.buffer, address, length), packer);
      }
      return { memory, kernels };
    },
  };
}
