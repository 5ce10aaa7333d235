/**
 * Graph: a network that can still learn. The nodes of model/format's Network plus BatchNorm and Dropout, over
 * tensors that are described by shape and role and hold no values yet. Plain data without TensorFlow: an
 * architecture builds it, fit/ runs and trains it, freeze/ folds it into a Network.
 */
import type { InputRecipe, NetworkNode } from "@radlite/model/format";

export type GraphNode =
  | NetworkNode
  | ScaledConvolution
  /** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, a channel at a time; tensors of [channels]. */
  | {
      op: "BatchNorm";
      inputs: [number];
      gamma?: number; // absent: 1
      beta: number;
      mean: number;
      variance: number;
      epsilon?: number; // absent: EPSILON
      /** Normalises by its running statistics in training too, as pretrained layers that do not learn must. */
      frozen?: true;
    }
  /** +1 where the BatchNorm of x is zero or more, else -1; learns by the stand-in that `gradient` names (fit/signs.ts). */
  | {
      op: "BinaryActivation";
      inputs: [number];
      gamma: number;
      beta: number;
      mean: number;
      variance: number;
      gradient: SignGradient;
    }
  /** While training, zero with probability `rate` and x / (1 - rate) otherwise; x itself ever after. */
  | { op: "Dropout"; inputs: [number]; rate: number };

/** What stands in for the gradient of a sign (fit/signs.ts). */
export const SIGN_GRADIENTS = ["clipped", "polynomial"] as const;

export type SignGradient = (typeof SIGN_GRADIENTS)[number];

/** A convolution whose values are multiplied by `factor`, as of a residual that is scaled down before it is added. */
export type ScaledConvolution = Extract<NetworkNode, { op: "Conv" }> & { factor?: number };

/**
 * `kernel` and `depthwise` are of convolutions, [kh, kw, in, out] and [kh, kw, in, 1]; `latent` is what a
 * BinaryConv's weights are the signs of (fit/binary-weights.ts), [kh, kw, in, out]; `mean` and `variance` are
 * BatchNorm's running statistics: estimated, never trained by gradient.
 */
export type TensorRole = "kernel" | "depthwise" | "latent" | "dense" | "bias" | StatisticRole;

type StatisticRole = "gamma" | "beta" | "mean" | "variance";

export interface TensorSpec {
  shape: number[];
  role: TensorRole;
  /** The share of the learning rate that this tensor learns at; absent: all of it, 0: it never changes. */
  rateShare?: number;
}

/** What learning needs of a graph: it may begin at features instead of an image. */
export interface Learner {
  input: { height: number; width: number; channels: number };
  nodes: GraphNode[];
  tensors: TensorSpec[];
}

export interface Graph extends Learner {
  input: InputRecipe;
  labels: string[];
  /** For each node, the layer that it belongs to; present in architectures whose layers have published names. */
  layers?: string[];
}

/** Where a BatchNorm names none; Keras' default is 1e-3, the smaller one suits channels of small variance. */
export const EPSILON = 1e-5;

export function isTrained(role: TensorRole): boolean {
  return role !== "mean" && role !== "variance";
}

/** Whether training changes the tensor by gradient. */
export function learns({ role, rateShare }: TensorSpec): boolean {
  return isTrained(role) && rateShare !== 0;
}

export function countValues({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Numbers of a node's tensors, in the order of Keras' `layer.weights`. */
export function listTensors(node: GraphNode): number[] {
  if (node.op === "BatchNorm" || node.op === "BinaryActivation") {
    const { gamma, beta, mean, variance } = node;
    return gamma === undefined ? [beta, mean, variance] : [gamma, beta, mean, variance];
  }
  if (!("weights" in node)) return [];
  return node.bias === undefined ? [node.weights] : [node.weights, node.bias];
}

/** The node with its tensors under other numbers. */
export function renumberTensors(node: GraphNode, find: (tensor: number) => number): GraphNode {
  if (node.op === "BatchNorm" || node.op === "BinaryActivation") {
    const { gamma, beta, mean, variance } = node;
    const moved = { ...node, beta: find(beta), mean: find(mean), variance: find(variance) };
    return gamma === undefined ? moved : { ...moved, gamma: find(gamma) };
  }
  if (!("weights" in node)) return node;
  const moved = { ...node, weights: find(node.weights) };
  return node.bias === undefined ? moved : ({ ...moved, bias: find(node.bias) } as GraphNode);
}
