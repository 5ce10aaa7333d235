/**
 * Steps: what a run computes, in order. A node that nobody needs is left out; a convolution, product or sum takes
 * the clamp behind it along, and a convolution also the residual sum, so that neither costs a pass over memory.
 * What is taken along has no other reader; a step runs where its last node stood.
 */
import type { NetworkNode, ValueShape } from "@radlite/model/format";

export interface Step {
  node: NetworkNode; // the first of the nodes it stands for
  inputs: number[]; // values, of `node`
  addend: number | undefined; // value added before the clamp
  output: number; // value, of the last node it stands for
  low: number; // clamp
  high: number;
}

type ConvNode = Extract<NetworkNode, { op: "Conv" }>;

const CLAMPS = { Relu: [0, Number.POSITIVE_INFINITY], Clip: [0, 6] } as const;
const TAKES_CLAMP: readonly string[] = ["Conv", "DepthwiseConv", "Gemm", "Add", "Mul"];

/** The steps that compute the values in `kept`, which all get an output of their own. */
export function planSteps(
  nodes: readonly NetworkNode[],
  shapes: readonly ValueShape[],
  kept: ReadonlySet<number>,
): Step[] {
  const readers = findReaders(nodes, kept);
  const steps = new Map<number, Step>(); // by the index of its first node
  for (let index = nodes.length - 1; index >= 0; index--) {
    const value = index + 1;
    if (!readers.has(value)) continue;
    const step = startStep(nodes[index]!, value);
    steps.set(index, step);
    const [reader, another] = readers.get(value)!;
    const next = reader === undefined ? undefined : steps.get(reader);
    if (next && another === undefined && !kept.has(value) && takeAlong(step, next, shapes)) {
      steps.delete(reader!);
    }
  }
  return [...steps.values()].sort((a, b) => a.output - b.output);
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

function startStep(node: NetworkNode, output: number): Step {
  const [low, high] =
    node.op === "Relu" || node.op === "Clip"
      ? CLAMPS[node.op]
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { node, inputs: [...node.inputs], addend: undefined, output, low, high };
}

/** Lets `step` do the work of the step that alone reads its output; false where it cannot. */
function takeAlong(step: Step, next: Step, shapes: readonly ValueShape[]): boolean {
  const isClamp = next.node.op === "Relu" || next.node.op === "Clip";
  if (isClamp ? !TAKES_CLAMP.includes(step.node.op) : !takesSum(step, next, shapes)) return false;
  if (!isClamp) step.addend = next.inputs.find((value) => value !== step.output);
  step.output = next.output;
  step.low = next.low;
  step.high = next.high;
  return true;
}

function takesSum({ node, inputs, output }: Step, next: Step, shapes: readonly ValueShape[]): boolean {
  if (next.node.op !== "Add" || (node.op !== "Conv" && node.op !== "Gemm")) return false;
  if (isDepthwise(node, shapes[inputs[0]!]!, shapes[output]!)) return false;
  const [a, b] = next.inputs.map((value) => shapes[value]!);
  return a!.every((side, axis) => side === b![axis]);
}
