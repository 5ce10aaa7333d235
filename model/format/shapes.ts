/**
 * Shapes: what each value of a graph measures, worked out from the input and the weights, never stored. The
 * rules are ONNX's; whatever does not fit together is a BAD_INPUT that names the node.
 */
import { RadliteError } from "@radlite/model/errors";
import { LIMITS } from "./limits.ts";
import type { Network, NetworkNode, Pads, ValueShape } from "./network.ts";
import { countWindows, type Window } from "./windows.ts";

/** A network without its numbers: what a header tells. */
export interface Graph extends Pick<Network, "input" | "nodes" | "labels"> {
  tensorShapes: number[][];
}

export type WeightedNode = Extract<NetworkNode, { weights: number }>;

export function isWeighted(node: NetworkNode): node is WeightedNode {
  return "weights" in node;
}

export function graphOf({ input, nodes, labels, tensors }: Network): Graph {
  return { input, nodes, labels, tensorShapes: tensors.map((tensor) => tensor.shape) };
}

/**
 * The shape of every value, [height, width, channels]; entry 0 is the input, entry i + 1 the output of node i.
 * @throws BAD_INPUT where a node does not fit its inputs or its weights, or goes beyond a limit.
 */
export function inferShapes(network: Network): ValueShape[] {
  return inferGraphShapes(graphOf(network));
}

export function inferGraphShapes({ input, nodes, tensorShapes }: Graph): ValueShape[] {
  const shapes: ValueShape[] = [[input.height, input.width, input.channels]];
  nodes.forEach((node, index) => {
    const inputs = node.inputs.map(
      (value) =>
        shapes[value] ?? refuse(node, index, `reads value ${value}, which is not computed before it`),
    );
    const weights = isWeighted(node) ? tensorShapes[node.weights] : undefined;
    if (isWeighted(node) && weights === undefined)
      refuse(node, index, `names tensor ${node.weights}, which does not exist`);
    shapes.push(inferNodeShape(node, index, inputs, weights?.[weightsOutAxis(node)] ?? 0));
  });
  return shapes;
}

/**
 * The shape that a node gives, from those of its inputs; `out` is the number of output channels that the
 * weights of a Conv, BinaryConv or Gemm have, and of no meaning elsewhere.
 */
export function inferNodeShape(
  node: NetworkNode,
  index: number,
  inputs: ValueShape[],
  out: number,
): ValueShape {
  const fail = (problem: string): never => refuse(node, index, problem);
  const [first, second] = inputs;
  if (first === undefined) return fail("has no input");
  if (node.op !== "Concat") {
    const wanted = node.op === "Add" || node.op === "Mul" ? 2 : 1;
    if (inputs.length !== wanted) fail(`has ${inputs.length} inputs, expected ${wanted}`);
  }
  const shape = inferUnchecked(node, first, second, inputs, out, fail);

  const [height, width, channels] = shape;
  if (!within(height, LIMITS.sideLength) || !within(width, LIMITS.sideLength)) {
    fail(`would give ${height}x${width} pixels, expected sides of 1 to ${LIMITS.sideLength}`);
  }
  if (!within(channels, LIMITS.channels))
    fail(`would give ${channels} channels, expected 1 to ${LIMITS.channels}`);
  return shape;
}

/** The shape that the weights of a node must have, given its input and its output channels. */
export function weightShape(node: WeightedNode, input: ValueShape, out: number): number[] {
  const [height, width, channels] = input;
  switch (node.op) {
    case "Conv":
      return [...node.kernel, channels / node.groups, out];
    case "DepthwiseConv":
      return [...node.kernel, channels, 1];
    case "BinaryConv":
      return [...node.kernel, channels, out];
    case "Gemm":
      return [height * width * channels, out];
    case "Sign":
      return [channels];
  }
}

/** "node 3 (Conv)": how messages name a node. */
export function nodeName(node: NetworkNode, index: number): string {
  return `node ${index} (${node.op})`;
}

function inferUnchecked(
  node: NetworkNode,
  first: ValueShape,
  second: ValueShape | undefined,
  inputs: ValueShape[],
  out: number,
  fail: (problem: string) => never,
): ValueShape {
  const [height, width, channels] = first;
  switch (node.op) {
    case "Conv": {
      if (!within(node.groups, channels) || channels % node.groups !== 0 || out % node.groups !== 0) {
        fail(`has ${node.groups} groups, expected a divisor of ${channels} input and ${out} output channels`);
      }
      return [...slide(node, first, fail), out];
    }
    case "DepthwiseConv":
      return [...slide(node, first, fail), channels];
    case "MaxPool":
    case "AveragePool":
      if (node.pads.some((pad, side) => pad >= node.kernel[side % 2]!)) {
        fail(
          `pads [${node.pads}] a kernel of ${node.kernel.join("x")}, expected pads smaller than the kernel`,
        );
      }
      return [...slide(node, first, fail), channels];
    case "BinaryConv": {
      const products = node.kernel[0] * node.kernel[1] * channels;
      if (products > LIMITS.binaryProducts)
        fail(`sums ${products} products, expected at most ${LIMITS.binaryProducts}`);
      return [...slide(node, first, fail), out];
    }
    case "Gemm":
      return [1, 1, out];
    case "Pad":
      return [...padSides(node.pads, first, fail), channels];
    case "Add":
    case "Mul":
      return broadcast(first, second!, fail);
    case "Concat":
      if (inputs.length < 2 || inputs.length > LIMITS.concatInputs) {
        fail(`joins ${inputs.length} values, expected 2 to ${LIMITS.concatInputs}`);
      }
      for (const other of inputs) {
        if (other[0] !== height || other[1] !== width)
          fail(`joins ${format(first)} and ${format(other)}, expected equal height and width`);
      }
      return [height, width, inputs.reduce((sum, other) => sum + other[2], 0)];
    case "GlobalAveragePool":
      return [1, 1, channels];
    case "Relu":
    case "Clip":
    case "Sigmoid":
    case "Swish":
    case "Softmax":
    case "Sign":
      return first;
    default:
      node satisfies never;
      return fail("is not an operator that Radlite knows");
  }
}

/** Output height and width of a sliding window. */
function slide(
  window: Window,
  [height, width]: ValueShape,
  fail: (problem: string) => never,
): [number, number] {
  const { kernel, strides, pads } = window;
  if (!kernel.every((side) => within(side, LIMITS.kernelSide)))
    fail(`has a kernel of ${kernel.join("x")}, expected sides of 1 to ${LIMITS.kernelSide}`);
  if (!strides.every((stride) => within(stride, LIMITS.stride)))
    fail(`has strides [${strides}], expected 1 to ${LIMITS.stride}`);
  checkPads(pads, fail);
  return [
    countWindows(height, kernel[0], strides[0], pads[0] + pads[2]),
    countWindows(width, kernel[1], strides[1], pads[1] + pads[3]),
  ];
}

/** Height and width with the pads; at least a pixel of the input must be left by those below zero. */
function padSides(
  pads: Pads,
  [height, width]: ValueShape,
  fail: (problem: string) => never,
): [number, number] {
  checkPads(
    pads.map((pad) => Math.abs(pad)),
    fail,
  );
  const [top, left, bottom, right] = pads.map((pad) => Math.min(0, pad)) as unknown as Pads;
  if (height + top + bottom < 1 || width + left + right < 1)
    fail(`takes away all of ${height}x${width} pixels by pads [${pads}], expected at least one to be left`);
  return [height + pads[0] + pads[2], width + pads[1] + pads[3]];
}

/** Equal shapes, or one of a single pixel that stands for all pixels (as in squeeze and excite). */
function broadcast(a: ValueShape, b: ValueShape, fail: (problem: string) => never): ValueShape {
  const [small, large] = a[0] * a[1] <= b[0] * b[1] ? [a, b] : [b, a];
  const fits =
    small[2] === large[2] &&
    ((small[0] === 1 && small[1] === 1) || (small[0] === large[0] && small[1] === large[1]));
  return fits
    ? large
    : fail(
        `combines ${format(a)} and ${format(b)}, expected equal shapes or one of a single pixel with as many channels`,
      );
}

function checkPads(pads: readonly number[], fail: (problem: string) => never): void {
  if (pads.length !== 4 || !pads.every((pad) => pad === 0 || within(pad, LIMITS.padding))) {
    fail(`has pads [${pads}], expected four of 0 to ${LIMITS.padding}`);
  }
}

function weightsOutAxis(node: NetworkNode): number {
  return node.op === "Gemm" ? 1 : 3;
}

function within(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= limit;
}

function format(shape: ValueShape): string {
  return shape.join("x");
}

function refuse(node: NetworkNode, index: number, problem: string): never {
  throw new RadliteError("BAD_INPUT", `${nodeName(node, index)} ${problem}`);
}
