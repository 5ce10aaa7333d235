/**
 * A training step as one TensorFlow program: from images, weights and targets to logits and gradients. The loss's
 * own gradient in the logit z stands in closed form, with y the smoothed label and t a teacher's logit:
 *   dL/dz = w / n (a (sigmoid(z) - y) + (1 - a) T (sigmoid(z / T) - sigmoid(t / T)))
 */
import type { Learner } from "../../architectures/graph.ts";
import { findTrace, type Trace } from "./operators.ts";
import { poolFirst } from "./pool-first.ts";
import {
  compute,
  feed,
  holdInts,
  holdNumber,
  INT32,
  type Program,
  type Reference,
  type Symbolic,
} from "./program.ts";
import type { Traced } from "./traced.ts";

export interface StepShape {
  /** In a batch. */
  images: number;
  /** Whether Dropout drops. */
  drops: boolean;
  /** The teacher's part in the loss; absent: the labels alone. */
  teacher?: { temperature: number; weight: number };
}

/** What is fed: `x`, `y`, `w`, `t<number>` for each tensor, `p` for a teacher, and each mask. */
export interface StepProgram {
  program: Program;
  masks: { name: string; node: number; shape: readonly number[] }[];
  logits: Reference;
  /** For each of the graph's tensors, its gradient, where it has one. */
  gradients: (Reference | undefined)[];
}

/** `undefined` where the graph has an operator that is not compiled, or answers with more than a logit an image. */
export function compileStep(graph: Learner, shape: StepShape): StepProgram | undefined {
  const nodes = poolFirst(graph.nodes);
  const masks = nodes.map((node, at) => (shape.drops && node.op === "Dropout" ? `mask${at}` : undefined));
  const traces = nodes.map((node, at) => findTrace(node, masks[at]));
  if (!traces.every((trace) => trace !== undefined)) return undefined;

  const program: Program = { operators: [] };
  const { height, width, channels } = graph.input;
  const tensors = graph.tensors.map((spec, at) => feed(program, `t${at}`, spec.shape));
  const values: Symbolic[] = [feed(program, "x", [shape.images, height, width, channels])];
  const traced = nodes.map((node, at) => {
    const inputs = node.inputs.map((input) => values[input]!);
    const one = (traces[at] as Trace)(program, inputs, tensors);
    values.push(one.value);
    return one;
  });
  const last = values.at(-1)!;
  if (last.shape.reduce((product, side) => product * side, 1) !== shape.images) return undefined;

  const logits = reshape(program, last.at, [shape.images]);
  const slope = reshape(program, differentiateLoss(program, logits, shape), last.shape);
  return {
    program,
    logits,
    masks: masks.flatMap((name, node) => (name ? [{ name, node, shape: values[node + 1]!.shape }] : [])),
    gradients: propagate(program, { nodes, tensors: graph.tensors }, traced, slope),
  };
}

function differentiateLoss(program: Program, z: Reference, { images, teacher }: StepShape): Reference {
  const [y, w] = [feed(program, "y", [images]), feed(program, "w", [images])];
  const binary = (op: string, a: Reference, b: Reference) => compute(program, op, [a, b]);
  const sigmoid = (of: Reference) => compute(program, "Sigmoid", [of]);
  const scale = (of: Reference, by: number) => binary("Mul", of, holdNumber(program, by));
  const ofLabels = binary("Sub", sigmoid(z), y.at);
  if (!teacher) return binary("Mul", ofLabels, w.at);
  const { temperature, weight } = teacher;
  const ofTeacher = binary("Sub", sigmoid(scale(z, 1 / temperature)), feed(program, "p", [images]).at);
  const blended = binary("AddV2", scale(ofLabels, weight), scale(ofTeacher, (1 - weight) * temperature));
  return binary("Mul", blended, w.at);
}

/** From the last node back: each value's slope is the sum of what its readers say. */
function propagate(
  program: Program,
  { nodes, tensors }: Pick<Learner, "nodes" | "tensors">,
  traced: readonly Traced[],
  slope: Reference,
): (Reference | undefined)[] {
  const slopes: Reference[][] = [[], ...nodes.map(() => [])];
  const gradients: Reference[][] = tensors.map(() => []);
  slopes.at(-1)!.push(slope);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const dy = sum(program, slopes[at + 1]!);
    if (dy === undefined) continue; // nothing that the logit depends on reads it
    const { inputs, tensors: own = [] } = traced[at]!.backward(dy);
    nodes[at]!.inputs.forEach((input, i) => void slopes[input]!.push(inputs[i]!));
    for (const [tensor, gradient] of own) gradients[tensor]!.push(gradient);
  }
  return gradients.map((parts) => sum(program, parts));
}

function sum(program: Program, parts: readonly Reference[]): Reference | undefined {
  if (parts.length < 2) return parts[0];
  return compute(program, "AddN", parts, { N: { int: parts.length } });
}

function reshape(program: Program, at: Reference, shape: readonly number[]): Reference {
  return compute(program, "Reshape", [at, holdInts(program, shape)], { Tshape: { type: INT32 } });
}
