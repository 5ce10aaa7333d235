/**
 * Nodes and weights that nobody would train: kernels larger than their picture, strides beyond the edge, pads up
 * to the limit, values joined with themselves; weights all equal, denormal, or near the largest float.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  LIMITS,
  type NetworkNode,
  OPERATORS,
  type Pads,
  samePads,
  type ValueShape,
  type WeightTensor,
} from "@radlite/model/format";
import { inferNodeShape } from "../../model/format/shapes.ts";
import { ALL_CODINGS, codedTensor } from "../model/coded-tensors.ts";
import type { Numbers } from "../model/networks.ts";

/** How large a network may get. */
export interface Size {
  /** Sides of the input, in pixels. */
  sides: readonly number[];
  nodes: number;
  /** Channels and numbers of one value, multiply-accumulates of one node. */
  channels: number;
  numbers: number;
  macs: number;
}

export function strangeNode(numbers: Numbers, shapes: ValueShape[]): NetworkNode {
  const any = (): number => numbers.whole(0, shapes.length - 1);
  const source = numbers.whole(0, 2) ? shapes.length - 1 : any();
  const [height, width, channels] = shapes[source]!;
  const op = numbers.pick(OPERATORS);
  switch (op) {
    case "Conv": {
      const groups = numbers.pick([1, 1, 1, channels, 2, 3]);
      return { op, inputs: [source], ...strangeWindow(numbers, height, width), groups, weights: 0 };
    }
    case "DepthwiseConv":
    case "BinaryConv":
      return { op, inputs: [source], ...strangeWindow(numbers, height, width), weights: 0 };
    case "MaxPool":
    case "AveragePool":
      return { op, inputs: [source], ...strangeWindow(numbers, height, width) };
    case "Gemm":
    case "Sign":
      return { op, inputs: [source], weights: 0 };
    case "Pad":
      return { op, inputs: [source], pads: takeSome(numbers, strangePads(numbers)) };
    case "Add":
    case "Mul":
      return { op, inputs: [source, numbers.pick([source, any()])] };
    case "Concat": {
      const count = numbers.pick([2, 2, 3, 9, LIMITS.concatInputs]);
      return { op, inputs: Array.from({ length: count }, () => numbers.pick([source, source, any()])) };
    }
    default:
      return { op, inputs: [source] };
  }
}

function strangeWindow(numbers: Numbers, height: number, width: number) {
  const side = (length: number): number => numbers.pick([1, 1, 2, 3, 3, 5, 8, length, LIMITS.kernelSide]);
  const square = side(height);
  const kernel: [number, number] = numbers.whole(0, 1) ? [square, square] : [side(height), side(width)];
  const stride = (): number => numbers.pick([1, 1, 1, 2, 3, 4, 9, LIMITS.stride]);
  const strides: [number, number] = [stride(), stride()];
  const pads = numbers.pick([
    samePads([height, width, 1], { kernel, strides }),
    [0, 0, 0, 0],
    strangePads(numbers),
  ] as Pads[]);
  return { kernel, strides, pads };
}

/** Pads of which some take away what they would add, perhaps more than there is. */
function takeSome(numbers: Numbers, pads: Pads): Pads {
  return pads.map((pad) => (numbers.whole(0, 3) ? pad : 0 - pad)) as unknown as Pads;
}

function strangePads(numbers: Numbers): Pads {
  const side = (): number => numbers.pick([0, 0, 1, 2, 7, numbers.whole(0, 30), LIMITS.padding]);
  return [side(), side(), side(), side()];
}

export function strangeTensor(
  shape: number[],
  numbers: Numbers,
  kind = numbers.pick(ALL_CODINGS),
): WeightTensor {
  const size = sizeOf(shape);
  const scale = numbers.pick([1, 1, 1, 0, 1e-41, 1e30, 3e38]);
  const entries = numbers.pick([1, 2, 3, 16, 100, 256]);
  return codedTensor(
    shape,
    numbers.floats(size, kind === "f32" ? scale : Math.min(scale, 6e4)),
    kind,
    entries,
  );
}

/** What a node gives, or undefined where it does not fit. */
export function shapeOf(
  node: NetworkNode,
  index: number,
  inputs: ValueShape[],
  out: number,
): ValueShape | undefined {
  try {
    return inferNodeShape(node, index, inputs, out);
  } catch (error) {
    if (error instanceof RadliteError) return undefined;
    throw error;
  }
}

/** Whether what a node computes is within `size`. */
export function isWithin(
  { channels: most, numbers: mostNumbers, macs }: Size,
  node: NetworkNode,
  inputs: ValueShape[],
  [height, width, channels]: ValueShape,
): boolean {
  const numbers = sizeOf([height, width, channels]);
  const window = "kernel" in node ? node.kernel[0] * node.kernel[1] : 1;
  const [inHeight, inWidth, inChannels] = inputs[0]!;
  const depth =
    node.op === "Gemm"
      ? sizeOf([inHeight, inWidth, inChannels])
      : node.op === "Conv"
        ? inChannels / node.groups
        : node.op === "BinaryConv"
          ? inChannels
          : 1;
  return channels <= most && numbers <= mostNumbers && numbers * window * depth <= macs;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
