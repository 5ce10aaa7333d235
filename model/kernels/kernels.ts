/**
 * The kernels as the host sees them: functions over addresses in one WebAssembly memory that the caller made
 * and lays out. They allocate nothing and keep nothing. Compiled once a process, started synchronously; values
 * are described by views (view.ts). Where SIMD is missing there are no kernels, and the caller does without.
 */
import { PLAIN, RELAXED } from "./binaries.ts";
import { canRun } from "./probe.ts";

type Address = number;
/** Kernel height and width, strides, and how far the first window reaches over the top and left edges. */
type Window = [
  kernelHeight: number,
  kernelWidth: number,
  strideY: number,
  strideX: number,
  top: number,
  left: number,
];

/** Views are passed by address. Each function is described where it is written, in assembly/. */
export interface Kernels {
  /** Weights and bias as `packOutputs` lays them out; `addend` 0 for none. */
  conv(
    x: Address,
    weights: Address,
    bias: Address,
    addend: Address,
    y: Address,
    ...rest: [...Window, groups: number, low: number, high: number]
  ): void;
  /** A convolution of 1x1 over four pixels or more without gaps between their rows; weights and bias as for `conv`. */
  dense(
    x: Address,
    weights: Address,
    bias: Address,
    addend: Address,
    y: Address,
    low: number,
    high: number,
  ): void;
  /** A convolution of 3x3 and stride 1 with transformed weights; `scratch` has room for so many tiles. */
  winograd(
    x: Address,
    weights: Address,
    bias: Address,
    addend: Address,
    y: Address,
    ...rest: [top: number, left: number, scratch: Address, blockTiles: number, low: number, high: number]
  ): void;
  transformWeights(weights: Address, channels: number, outputs: number): void;
  /** A convolution by the weights of a table that `packSparse` wrote. */
  sparseConv(
    x: Address,
    table: Address,
    addend: Address,
    y: Address,
    ...rest: [...Window, scratch: Address, columns: number, planeBytes: number, low: number, high: number]
  ): void;
  packSparse(
    weights: Address,
    bias: Address,
    kernelHeight: number,
    kernelWidth: number,
    channels: number,
    outputs: number,
    inputs: number,
    strideY: number,
    strideX: number,
    columns: number,
    planeBytes: number,
    table: Address,
  ): void;
  countNonzeros(floats: Address, count: number): number;
  packRows(
    from: Address,
    first: number,
    count: number,
    rows: number,
    outputs: number,
    groups: number,
    target: Address,
  ): void;
  /** Weights [kh][kw][channels], bias [channels]. */
  depthwiseConv(
    x: Address,
    weights: Address,
    bias: Address,
    y: Address,
    ...rest: [...Window, low: number, high: number]
  ): void;
  /** The largest value of each window or the mean. */
  pool(x: Address, y: Address, ...rest: [...Window, isMax: boolean]): void;
  add(a: Address, b: Address, y: Address, low: number, high: number): void;
  mul(a: Address, b: Address, y: Address, low: number, high: number): void;
  clip(x: Address, y: Address, low: number, high: number): void;
  sigmoid(x: Address, y: Address): void;
  swish(x: Address, y: Address): void;
  softmax(x: Address, y: Address): void;
  clear(y: Address): void;
  packSigns(x: Address, weights: Address, thresholds: Address, y: Address): void;
  floatSigns(x: Address, weights: Address, thresholds: Address, y: Address): void;
  /** Weights as `packBinaryWeights` lays them out; `addend` 0 for none. */
  binaryConv(
    x: Address,
    weights: Address,
    factors: Address,
    offsets: Address,
    addend: Address,
    y: Address,
    ...rest: [...Window, isSigns: boolean, low: number, high: number]
  ): void;
  addCrc32c(bytes: Address, length: number, checksum: number, table: Address): number;
  readCodes(
    bytes: Address,
    length: number,
    position: number,
    table: Address,
    longest: number,
    lengthBits: number,
    symbols: Address,
    count: number,
  ): number;
  lookUp(codebook: Address, indices: Address, values: Address, count: number): void;
  buildLogistic(stretched: Address, squashed: Address): void;
  decodeIndices(
    bytes: Address,
    length: number,
    grades: Address,
    entries: number,
    zero: number,
    filters: number,
    left: number,
    above: number,
    indices: Address,
    count: number,
    scratch: Address,
    logistic: Address,
  ): number;
  getLow(): number;
  getRange(): number;
  getOffset(): number;
  getPosition(): number;
  drawFree(
    seed: number,
    choices: Address,
    sizes: Address,
    blocks: number,
    total: number,
    places: Address,
    free: Address,
  ): void;
  drawWeights(
    seed: number,
    name: number,
    free: Address,
    group: number,
    scale: number,
    count: number,
    weights: Address,
  ): void;
  foldGrey(rgb: Address, count: number, grey: Address, lowest: Address, highest: Address): number;
  lumaBytes(rgb: Address, count: number, grey: Address): void;
  rangeBytes(bytes: Address, count: number, lowest: Address, highest: Address): void;
  rangeFloats(floats: Address, count: number, lowest: Address, highest: Address): void;
  addFloatRow(floats: Address, sums: Address, count: number, share: number, isFirst: boolean): void;
  gatherColumns(
    sums: Address,
    channels: number,
    first: Address,
    start: Address,
    shares: Address,
    area: number,
    target: Address,
    width: number,
  ): void;
  addByteRows(
    bytes: Address,
    stride: number,
    rows: number,
    ...rest: [first: number, middle: number, last: number, sums: Address, count: number]
  ): void;
  gatherSums(
    sums: Address,
    ...rest: [first: Address, start: Address, shares: Address, area: number, target: Address, width: number]
  ): void;
  gatherFloats(
    floats: Address,
    ...rest: [first: Address, start: Address, shares: Address, target: Address, width: number]
  ): void;
}

export type KernelBuild = "wasm-simd" | "wasm-relaxed-simd";

/** Kernels read whole vectors: this many bytes must exist behind the last buffer. */
export const SLACK_BYTES = 64;

/** As hexadecimal digits, or as the bytes that they stand for: what is built for browsers has these in files. */
type Binary = string | Uint8Array<ArrayBuffer>;

const compiled = new Map<Binary, WebAssembly.Module>();

/** The fastest build that this runtime can run, or undefined without WebAssembly SIMD. */
export function chooseBuild(): KernelBuild | undefined {
  if (!canRun("simd")) return undefined;
  return canRun("relaxed-simd") ? "wasm-relaxed-simd" : "wasm-simd";
}

/** The kernels over `memory`; `build` must be one that this runtime can run. */
export function startKernels(memory: WebAssembly.Memory, build: KernelBuild): Kernels {
  const plain = instantiate(PLAIN, memory);
  return build === "wasm-relaxed-simd" ? { ...plain, ...instantiate(RELAXED, memory) } : plain;
}

function instantiate(binary: Binary, memory: WebAssembly.Memory): Kernels {
  let module = compiled.get(binary);
  if (!module) {
    module = new WebAssembly.Module(typeof binary === "string" ? decodeHex(binary) : binary);
    compiled.set(binary, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

/** Natively where there is a Buffer: in a cold process a loop is compiled for longer than it runs. */
function decodeHex(digits: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer === "function") return Buffer.from(digits, "hex");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}
