/**
 * Calls: the kernel calls of one step, by operator. A Pad or Concat whose inputs lie in its output costs
 * nothing; a Gemm is a convolution with a kernel as large as its input, so its input may have a border too.
 */
import type { NetworkNode, Pads, ValueShape, WeightTensor } from "@radlite/model/format";
import { packedLength, packThrough, type View } from "@radlite/model/kernels";
import type { Placements } from "./placement.ts";
import type { Call, Program } from "./program.ts";
import { planBinaryConv, planSign } from "./signs.ts";
import { placeTable, type SparsePlan } from "./sparse.ts";
import { isDepthwise, type Step } from "./steps.ts";
import { isRun, sliceChannels, subView } from "./views.ts";
import { chooseBlockTiles, placeTransformed, usesWinograd } from "./winograd.ts";

/** What a step needs to know of the run that it is part of. */
export interface Surroundings {
  tensors: readonly WeightTensor[];
  shapes: readonly ValueShape[];
  placements: Placements;
  /** Values that are bits. */
  packed: ReadonlySet<number>;
  viewOf(value: number): View;
  /** Convolutions that leave out their zeros. */
  sparse: ReadonlyMap<NetworkNode, SparsePlan>;
  /** Address of what these and Winograd's filtering work in. */
  scratch: number;
}

const NO_PADS: Pads = [0, 0, 0, 0];
/** Of a tile. */
const FEWEST_DENSE_PIXELS = 4;

/** The calls of one step, in order; what they need beside the values is reserved in the program. */
export function planCalls(program: Program, step: Step, around: Surroundings): Call[] {
  const { node, inputs, output, low, high } = step;
  const [x, y] = [around.viewOf(inputs[0]!), around.viewOf(output)];
  const [from, to] = [program.view(x), program.view(y)];
  switch (node.op) {
    case "Conv":
    case "DepthwiseConv":
      return isDepthwise(node, around.shapes[inputs[0]!]!, around.shapes[output]!)
        ? [planDepthwise(program, node, step, around)]
        : [planConv(program, { groups: 1, ...node }, step, around)];
    case "BinaryConv":
      return planBinaryConv(program, node, step, around);
    case "Sign":
      return planSign(program, node, step, around);
    case "Gemm": {
      const kernel: [number, number] = [x.height, x.width];
      return [
        planConv(program, { ...node, kernel, strides: [1, 1], pads: NO_PADS, groups: 1 }, step, around),
      ];
    }
    case "MaxPool":
    case "AveragePool": {
      const window = windowOf(node);
      return [(kernels) => kernels.pool(from, to, ...window, node.op === "MaxPool")];
    }
    case "GlobalAveragePool":
      return [(kernels) => kernels.pool(from, to, x.height, x.width, 1, 1, 0, 0, false)];
    case "Add":
    case "Mul": {
      const [a, b] = inputs.map((value) => program.view(spread(around.viewOf(value), y)));
      return node.op === "Add"
        ? [(kernels) => kernels.add(a!, b!, to, low, high)]
        : [(kernels) => kernels.mul(a!, b!, to, low, high)];
    }
    case "Relu":
    case "Clip":
      return [(kernels) => kernels.clip(from, to, low, high)];
    case "Sigmoid":
      return [(kernels) => kernels.sigmoid(from, to)];
    case "Swish":
      return [(kernels) => kernels.swish(from, to)];
    case "Softmax":
      return [(kernels) => kernels.softmax(from, to)];
    case "Pad": {
      if (around.placements[inputs[0]!]?.parent === output) return [];
      return [(kernels) => kernels.clear(to), planPadCopy(program, node.pads, x, y)];
    }
    case "Concat":
      return planConcat(program, step, around);
    default:
      return node satisfies never;
  }
}

/** Copies what a Pad keeps of x into y, from where its pads begin: beyond the edge of x where they are below zero. */
function planPadCopy(program: Program, pads: Pads, x: View, y: View): Call {
  const [top, left] = [Math.max(0, -pads[0]), Math.max(0, -pads[1])];
  const height = x.height - top + Math.min(0, pads[2]);
  const width = x.width - left + Math.min(0, pads[3]);
  const kept = subView(x, top, left, height, width);
  return planCopy(program, kept, subView(y, pads[0] + top, pads[1] + left, height, width));
}

/** Copies one view to another of the same shape. */
export function planCopy(program: Program, x: View, y: View): Call {
  const [from, to] = [program.view(x), program.view(y)];
  return (kernels) => kernels.clip(from, to, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}

type ConvNode = Extract<NetworkNode, { op: "Conv" }>;
type Convolution = Pick<ConvNode, "kernel" | "strides" | "pads" | "groups" | "weights" | "bias">;

function planConv(
  program: Program,
  { kernel, strides, pads, groups, weights, bias }: Convolution,
  { node, inputs, addend, output, low, high }: Step,
  around: Surroundings,
): Call {
  const [x, y] = [around.viewOf(inputs[0]!), around.viewOf(output)];
  const [from, to] = [program.view(x), program.view(y)];
  const plus = addend === undefined ? 0 : program.view(around.viewOf(addend));
  const window = windowOf({ kernel, strides, pads });
  const sparse = around.sparse.get(node);
  if (sparse) {
    const { tensors, scratch } = around;
    const sizes = { tensors, scratch, inputs: x.channels, outputs: y.channels };
    const table = placeTable(program, { kernel, strides, groups, weights, bias }, sparse, sizes);
    const { columns, planeBytes } = sparse;
    return (kernels) =>
      kernels.sparseConv(from, table, plus, to, ...window, scratch, columns, planeBytes, low, high);
  }
  const tensor = bias === undefined ? undefined : around.tensors[bias];
  const biases = placeOutputs(program, tensor, y.channels, groups, 1);
  if (usesWinograd(node, around.shapes[inputs[0]!]!, around.shapes[output]!)) {
    const transformed = placeTransformed(program, around.tensors[weights]!, x.channels, y.channels);
    const { scratch } = around;
    const tiles = chooseBlockTiles(x.channels);
    const [top, left] = pads;
    return (kernels) =>
      kernels.winograd(from, transformed, biases, plus, to, top, left, scratch, tiles, low, high);
  }
  const packed = placeOutputs(
    program,
    around.tensors[weights],
    y.channels,
    groups,
    (kernel[0] * kernel[1] * x.channels) / groups,
  );
  const isPointwise = window.join() === "1,1,1,1,0,0" && y.height === x.height && y.width === x.width;
  const isDense = groups === 1 && isPointwise && y.height * y.width >= FEWEST_DENSE_PIXELS;
  const views = addend === undefined ? [x, y] : [x, y, around.viewOf(addend)];
  if (isDense && views.every(isRun))
    return (kernels) => kernels.dense(from, packed, biases, plus, to, low, high);
  return (kernels) => kernels.conv(from, packed, biases, plus, to, ...window, groups, low, high);
}

function planDepthwise(
  program: Program,
  node: Extract<NetworkNode, { op: "Conv" | "DepthwiseConv" }>,
  { inputs, output, low, high }: Step,
  around: Surroundings,
): Call {
  const x = around.viewOf(inputs[0]!);
  const [from, to] = [program.view(x), program.view(around.viewOf(output))];
  const { values } = around.tensors[node.weights]!;
  const weights = program.weights(values.length, (target) => target.set(values));
  const bias = node.bias === undefined ? undefined : around.tensors[node.bias];
  const biases = placeOutputs(program, bias, x.channels, 1, 1);
  const window = windowOf(node);
  return (kernels) => kernels.depthwiseConv(from, weights, biases, to, ...window, low, high);
}

/** Copies of the inputs that do not lie in the output. */
function planConcat(program: Program, { inputs, output }: Step, around: Surroundings): Call[] {
  const y = around.viewOf(output);
  let channel = 0;
  return inputs.flatMap((value) => {
    const x = around.viewOf(value);
    const slice = sliceChannels(y, channel, x.channels);
    channel += x.channels;
    return x.data === slice.data ? [] : [planCopy(program, x, slice)];
  });
}

/** Weights or bias in the order of the kernel; zeros without a tensor. */
function placeOutputs(
  program: Program,
  tensor: WeightTensor | undefined,
  outputs: number,
  groups: number,
  rows: number,
): number {
  return program.weights(packedLength(rows, outputs, groups), (target, packer) => {
    if (tensor) packThrough(packer, tensor.values, rows, outputs, groups, target);
  });
}

/** A single pixel that stands for all of them. */
function spread(view: View, { height, width }: View): View {
  if (view.height === height && view.width === width) return view;
  return { ...view, height, width, rowBytes: 0, pixelBytes: 0 };
}

function windowOf({
  kernel,
  strides,
  pads,
}: Pick<ConvNode, "kernel" | "strides" | "pads">): [number, number, number, number, number, number] {
  return [...kernel, ...strides, pads[0], pads[1]];
}
