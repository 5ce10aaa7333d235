/**
 * Steps: what a run computes, in order. A node that nobody needs is left out; a convolution, product or sum takes
 * the clamp behind it along, and a convolution also the residual sum, so that neither costs a pass over memory. A
 * convolution of signs takes the scaling of its channels along too, or the signs of its sums, which stay bits.
 * What is taken along has no other reader; a step runs where its last node stood.
 */
import type { NetworkNode, ValueShape } from "@radlite/model/format";

export interface Step {
  node: NetworkNode; // the first of the nodes it stands for
  inputs: number[]; // values, of `node`
  addend: number | undefined; // value added before the clamp
  /** Of a BinaryConv: what its sums are scaled by, or the comparison that makes signs of them. */
  affine?: DepthwiseNode;
  sign?: SignNode;
  output: number; // value, of the last node it stands for
  low: number; // clamp
  high: number;
}

export interface Steps {
  steps: Step[];
  /** Values that are signs and read as bits alone. */
  packed: ReadonlySet<number>;
}

type ConvNode = Extract<NetworkNode, { op: "Conv" }>;
type DepthwiseNode = Extract<NetworkNode, { op: "DepthwiseConv" }>;
type SignNode = Extract<NetworkNode, { op: "Sign" }>;

const CLAMPS = { Relu: [0, Number.POSITIVE_INFINITY], Clip: [0, 6] } as const;
const TAKES_CLAMP: readonly string[] = ["Conv", "DepthwiseConv", "BinaryConv", "Gemm", "Add", "Mul"];
const TAKES_SUM: readonly string[] = ["Conv", "BinaryConv", "Gemm"];

/** The steps that compute the values in `kept`, which all get an output of their own. */
export function planSteps(
  nodes: readonly NetworkNode[],
  shapes: readonly ValueShape[],
  kept: ReadonlySet<number>,
): Steps {
  const readers = findReaders(nodes, kept);
  const packed = findPacked(nodes, readers, kept);
  const steps = new Map<number, Step>(); // by the index of its first node
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (!readers.has(index + 1)) continue;
    const step = startStep(nodes[index]!, index + 1);
    steps.set(index, step);
    for (;;) {
      const [reader, another] = readers.get(step.output)!;
      const next = reader === undefined ? undefined : steps.get(reader);
      if (!next || another !== undefined || kept.has(step.output)) break;
      if (!takeAlong(step, next, { shapes, packed })) break;
      steps.delete(reader!);
    }
  }
  return { steps: [...steps.values()].sort((a, b) => a.output - b.output), packed };
}

/** Whether a convolution has one kernel a channel, however it is written. */
export function isDepthwise(node: NetworkNode, [, , channels]: ValueShape, output: ValueShape): boolean {
  if (node.op === "DepthwiseConv") return true;
  return node.op === "Conv" && isFullyGrouped(node, channels) && output[2] === channels;
}

function isFullyGrouped({ groups }: ConvNode, channels: number): boolean {
  return groups > 1 && groups === channels;
}

/** The nodes that read each value, for all values that the kept ones depend on. */
function findReaders(nodes: readonly NetworkNode[], kept: ReadonlySet<number>): Map<number, number[]> {
  const readers = new Map<number, number[]>([...kept].map((value) => [value, []]));
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (!readers.has(index + 1)) continue;
    for (const value of nodes[index]!.inputs) {
      const known = readers.get(value);
      if (known) known.push(index);
      else readers.set(value, [index]);
    }
  }
  return readers;
}

function findPacked(
  nodes: readonly NetworkNode[],
  readers: ReadonlyMap<number, number[]>,
  kept: ReadonlySet<number>,
): Set<number> {
  const isPacked = (value: number): boolean =>
    nodes[value - 1]?.op === "Sign" && readers.get(value)!.every((node) => nodes[node]!.op === "BinaryConv");
  return new Set([...readers.keys()].filter((value) => !kept.has(value) && isPacked(value)));
}

function startStep(node: NetworkNode, output: number): Step {
  const [low, high] =
    node.op === "Relu" || node.op === "Clip"
      ? CLAMPS[node.op]
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { node, inputs: [...node.inputs], addend: undefined, output, low, high };
}

interface Around {
  shapes: readonly ValueShape[];
  packed: ReadonlySet<number>;
}

/** Lets `step` do the work of the step that alone reads its output; false where it cannot. */
function takeAlong(step: Step, next: Step, { shapes, packed }: Around): boolean {
  // A clamp comes last, and bits are not summed.
  if (step.low > Number.NEGATIVE_INFINITY || step.high < Number.POSITIVE_INFINITY || step.sign) return false;
  const { node } = next;
  if (node.op === "Relu" || node.op === "Clip") {
    if (!TAKES_CLAMP.includes(step.node.op)) return false;
  } else if (node.op === "Add") {
    if (!takesSum(step, next, shapes)) return false;
    step.addend = next.inputs.find((value) => value !== step.output);
  } else if (step.node.op !== "BinaryConv" || step.addend !== undefined || step.affine) {
    return false;
  } else if (node.op === "DepthwiseConv" && isAffine(node)) {
    step.affine = node;
  } else if (node.op === "Sign" && packed.has(next.output)) {
    step.sign = node;
  } else {
    return false;
  }
  step.output = next.output;
  step.low = next.low;
  step.high = next.high;
  return true;
}

function takesSum(
  { node, inputs, addend, output }: Step,
  next: Step,
  shapes: readonly ValueShape[],
): boolean {
  if (!TAKES_SUM.includes(node.op) || addend !== undefined) return false;
  if (isDepthwise(node, shapes[inputs[0]!]!, shapes[output]!)) return false;
  const [a, b] = next.inputs.map((value) => shapes[value]!);
  return a!.every((side, axis) => side === b![axis]);
}

function isAffine({ kernel, strides, pads }: DepthwiseNode): boolean {
  return [...kernel, ...strides].every((side) => side === 1) && pads.every((pad) => pad === 0);
}
