/**
 * Which convolutions run by those of their weights that are not zero, and what that takes beside a table of these: a
 * scratch, which all of them share, for the image as planes. Pruned networks have few weights left, each of which is
 * then multiplied with whole rows of pixels.
 */
import type { NetworkNode, ValueShape, WeightTensor } from "@radlite/model/format";
import { countNonzeros } from "@radlite/model/kernels";
import type { Program } from "./program.ts";

type ConvNode = Extract<NetworkNode, { op: "Conv" }>;

/** How the image is laid out, and how many weights are left. */
export interface SparsePlan {
  nonzeros: number;
  /** Pixels of a plane's row. */
  columns: number;
  planeBytes: number;
  scratchBytes: number;
}

/** The part of a convolution's weights up to which leaving out the zeros is faster than the kernels that do not. */
const MOST_WEIGHTS = 1 / 3;
/** Products below which there is little to gain. */
const FEWEST_PRODUCTS = 2 ** 15;
/** Output pixels that are summed at a time. */
const TILE = 32;
const LANES = 4;
const FLOAT_BYTES = 4;
/** In the table: of a weight, and of an output channel besides. */
const ENTRY_FLOATS = 2;

/** Undefined where another kernel does as well, or where the runtime cannot count. */
export function planSparse(
  node: NetworkNode,
  [, , inputs]: ValueShape,
  [height, width, outputs]: ValueShape,
  tensors: readonly WeightTensor[],
): SparsePlan | undefined {
  if (node.op !== "Conv") return undefined;
  const { values } = tensors[node.weights]!;
  if (values.length * height * width < FEWEST_PRODUCTS || height * width < TILE) return undefined;
  const nonzeros = countNonzeros(values);
  if (nonzeros === undefined || nonzeros > MOST_WEIGHTS * values.length) return undefined;
  const [kernelHeight, kernelWidth] = node.kernel;
  const [down, right] = node.strides;
  const columns = width + Math.floor((kernelWidth - 1) / right);
  const rows = height + Math.floor((kernelHeight - 1) / down);
  const planeBytes = (rows * columns + LANES) * FLOAT_BYTES;
  const planes =
    Math.min(down, kernelHeight) * Math.min(right, kernelWidth) * Math.ceil(inputs / LANES) * LANES;
  const sumBytes = Math.ceil((height * columns) / TILE) * TILE * FLOAT_BYTES;
  const layoutBytes = planes * planeBytes + (LANES + 1) * sumBytes;
  const packedBytes = (values.length + outputs) * FLOAT_BYTES; // as they come, on their way to the table
  return { nonzeros, columns, planeBytes, scratchBytes: Math.max(layoutBytes, packedBytes) };
}

/** The address of the table of a convolution's weights and biases. */
export function placeTable(
  program: Program,
  {
    kernel,
    strides,
    groups,
    weights,
    bias,
  }: Pick<ConvNode, "kernel" | "strides" | "groups" | "weights" | "bias">,
  { nonzeros, columns, planeBytes }: SparsePlan,
  {
    tensors,
    scratch,
    inputs,
    outputs,
  }: { tensors: readonly WeightTensor[]; scratch: number; inputs: number; outputs: number },
): number {
  const { values } = tensors[weights]!;
  return program.weights(ENTRY_FLOATS * (nonzeros + outputs), (target, { kernels }) => {
    const floats = new Float32Array(target.buffer, scratch, values.length + outputs);
    floats.set(values);
    if (bias !== undefined) floats.set(tensors[bias]!.values, values.length);
    kernels.packSparse(
      ...([scratch, bias === undefined ? 0 : scratch + values.length * FLOAT_BYTES] as const),
      ...([...kernel, inputs / groups, outputs, inputs, ...strides] as const),
      ...([columns, planeBytes, target.byteOffset] as const),
    );
  });
}
