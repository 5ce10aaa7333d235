/** A memory to call kernels in: puts arrays there and lays out views of them, one behind the other. */
import {
  type KernelBuild,
  type Kernels,
  SLACK_BYTES,
  startKernels,
  VIEW_BYTES,
  type View,
  writeView,
} from "@radlite/model/kernels";

type Numbers = Float32Array | Int32Array | Uint32Array;

const PAGE_BYTES = 65_536;
const FIRST_ADDRESS = 64;

export interface KernelMemory {
  kernels: Kernels;
  /** Copies numbers and gives their address. */
  put(numbers: Numbers): number;
  view(view: View): number;
  /** `count` words from an address on, as they are now. */
  floats(address: number, count: number): Float32Array;
  words(address: number, count: number): Uint32Array;
}

export function createKernelMemory(build: KernelBuild = "wasm-simd", pages = 32): KernelMemory {
  const memory = new WebAssembly.Memory({ initial: pages });
  const kernels = startKernels(memory, build);
  let end = FIRST_ADDRESS;
  const reserve = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 16) * 16;
    if (end + SLACK_BYTES > pages * PAGE_BYTES) throw new Error("the test's memory is too small");
    return address;
  };
  return {
    kernels,
    put(numbers) {
      const address = reserve(numbers.byteLength);
      const Kind = numbers.constructor as Float32ArrayConstructor;
      new Kind(memory.buffer, address, numbers.length).set(numbers as Float32Array);
      return address;
    },
    view(view) {
      const address = reserve(VIEW_BYTES);
      writeView(memory, address, view);
      return address;
    },
    floats: (address, count) => new Float32Array(memory.buffer, address, count).slice(),
    words: (address, count) => new Uint32Array(memory.buffer, address, count).slice(),
  };
}
