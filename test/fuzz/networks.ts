/**
 * Networks that hold together and that nobody would train: kernels larger than their picture, strides beyond
 * the edge, pads up to the limit, values joined with themselves, one-pixel and one-row inputs. Small enough to
 * run in a millisecond.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  type InputRecipe,
  LIMITS,
  type Network,
  type NetworkNode,
  OPERATORS,
  type Pads,
  samePads,
  type ValueShape,
} from "@radlite/model/format";
import { inferNodeShape, isWeighted, weightShape } from "../../model/format/shapes.ts";
import { ALL_CODINGS, codedTensor, type Numbers } from "../model/networks.ts";
import { seedNetwork } from "../model/seeded-networks.ts";

const MOST_NODES = 24;
/** Channels and numbers of one value, multiply-accumulates of one node, numbers of one tensor. */
const MOST_CHANNELS = 1000;
const MOST_NUMBERS = 20_000;
const MOST_MACS = 200_000;
const MOST_WEIGHTS = 4000;
const SIDES = [1, 1, 2, 3, 5, 8, 16, 17, 31, 32, 64, 97, 200] as const;

export function strangeNetwork(numbers: Numbers): Network {
  const network = strangeGraph(numbers);
  if (numbers.whole(0, 5)) return network;
  return seedNetwork(network, {
    ...{ seed: numbers.whole(0, 2 ** 31 - 1), bits: numbers.pick([1, 5, 12, 16]) },
    ...{
      blocks: numbers.pick([1, 7, 200]),
      group: numbers.pick([1, 2, 9]),
      uneven: numbers.whole(0, 1) === 1,
    },
  });
}

function strangeGraph(numbers: Numbers): Network {
  const input = strangeInput(numbers);
  const nodes: NetworkNode[] = [];
  const tensors: Network["tensors"] = [];
  const shapes: ValueShape[] = [[input.height, input.width, input.channels]];

  const append = (node: NetworkNode, out: number): boolean => {
    const inputs = node.inputs.map((value) => shapes[value]!);
    const shape = shapeOf(node, nodes.length, inputs, out);
    if (shape === undefined || !isSmall(node, inputs, shape)) return false;
    if (isWeighted(node)) {
      const sides = weightShape(node, inputs[0]!, out);
      if (sizeOf(sides) > MOST_WEIGHTS) return false;
      node.weights = tensors.push(strangeTensor(sides, numbers)) - 1;
      if (numbers.whole(0, 1)) node.bias = tensors.push(strangeTensor([shape[2]], numbers)) - 1;
    }
    shapes.push(shape);
    nodes.push(node);
    return true;
  };

  for (let left = numbers.whole(0, MOST_NODES); left > 0; left--) {
    append(strangeNode(numbers, shapes), numbers.pick([1, 2, 3, 7, 8, 9, 16, 33]));
  }
  const labels = strangeLabels(numbers);
  const logits = labels.length === 2 ? numbers.pick([1, 2]) : labels.length;
  const last = nodes.length;
  if (!append({ op: "Gemm", inputs: [last], weights: 0 }, logits)) {
    append({ op: "GlobalAveragePool", inputs: [last] }, 0);
    append({ op: "Gemm", inputs: [nodes.length], weights: 0 }, logits);
  }
  return { input, nodes, tensors, labels };
}

function strangeInput(numbers: Numbers): InputRecipe {
  const channels = numbers.pick([1, 3] as const);
  const height = numbers.pick(SIDES);
  const width = numbers.whole(0, 2) ? numbers.pick(SIDES) : height;
  if (numbers.whole(0, 1)) return { height, width, channels, normalise: { kind: "per-image" } };
  const scale = numbers.pick([0, 1, 1e-30, 1e30]);
  return {
    height,
    width,
    channels,
    normalise: {
      kind: "fixed",
      order: numbers.pick(["rgb", "bgr"]),
      mean: [...numbers.floats(channels, 200)],
      scale: [...numbers.floats(channels, scale)],
    },
  };
}

function strangeNode(numbers: Numbers, shapes: ValueShape[]): NetworkNode {
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
      return { op, inputs: [source], ...strangeWindow(numbers, height, width), weights: 0 };
    case "MaxPool":
    case "AveragePool":
      return { op, inputs: [source], ...strangeWindow(numbers, height, width) };
    case "Gemm":
      return { op, inputs: [source], weights: 0 };
    case "Pad":
      return { op, inputs: [source], pads: strangePads(numbers) };
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

function strangePads(numbers: Numbers): Pads {
  const side = (): number => numbers.pick([0, 0, 1, 2, 7, numbers.whole(0, 30), LIMITS.padding]);
  return [side(), side(), side(), side()];
}

/** Values that a trained network would not have, too: all equal, denormal, or near the largest float. */
function strangeTensor(shape: number[], numbers: Numbers): Network["tensors"][number] {
  const size = sizeOf(shape);
  const scale = numbers.pick([1, 1, 1, 0, 1e-41, 1e30, 3e38]);
  const kind = numbers.pick(ALL_CODINGS);
  const entries = numbers.pick([1, 2, 3, 16, 100, 256]);
  return codedTensor(
    shape,
    numbers.floats(size, kind === "f32" ? scale : Math.min(scale, 6e4)),
    kind,
    entries,
  );
}

function strangeLabels(numbers: Numbers): string[] {
  const count = numbers.pick([2, 2, 2, 3, 9]);
  return count === 2 && numbers.whole(0, 1)
    ? ["NORMAL", "PNEUMONIA"]
    : Array.from({ length: count }, (_, i) => `Befund ${i} ${numbers.pick(["", "ü", "肺炎", "\u{1fac1}"])}`);
}

function shapeOf(
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

function isSmall(node: NetworkNode, inputs: ValueShape[], [height, width, channels]: ValueShape): boolean {
  const numbers = sizeOf([height, width, channels]);
  const window = "kernel" in node ? node.kernel[0] * node.kernel[1] : 1;
  const [inHeight, inWidth, inChannels] = inputs[0]!;
  const depth =
    node.op === "Gemm"
      ? sizeOf([inHeight, inWidth, inChannels])
      : node.op === "Conv"
        ? inChannels / node.groups
        : 1;
  return channels <= MOST_CHANNELS && numbers <= MOST_NUMBERS && numbers * window * depth <= MOST_MACS;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
