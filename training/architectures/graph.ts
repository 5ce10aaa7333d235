/**
 * Graph: a network that can still learn. The nodes of model/format's Network plus BatchNorm, over tensors that
 * are described by shape and role and hold no values yet. Plain data without TensorFlow: an architecture
 * builds it, fit/ runs and trains it, freeze/ folds it into a Network.
 */
import type { InputRecipe, NetworkNode, Pads } from "@radlite/model/format";

export type GraphNode =
  | NetworkNode
  /** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, a channel at a time; four tensors of [channels]. */
  | { op: "BatchNorm"; inputs: [number]; gamma: number; beta: number; mean: number; variance: number };

/** `mean` and `variance` are BatchNorm's running statistics: estimated, never trained by gradient. */
export type TensorRole = "kernel" | "dense" | "bias" | "gamma" | "beta" | "mean" | "variance";

export interface TensorSpec {
  shape: number[];
  role: TensorRole;
}

export interface Graph {
  input: InputRecipe;
  nodes: GraphNode[];
  tensors: TensorSpec[];
  labels: string[];
}

/** Of every BatchNorm; Keras' default is 1e-3, the smaller one suits channels of small variance. */
export const EPSILON = 1e-5;

/** The padding that TensorFlow calls SAME: output side = ceil(side / stride), the odd zero below and right. */
export function samePads(height: number, width: number, kernel: number, stride: number): Pads {
  const [top, bottom] = split(height, kernel, stride);
  const [left, right] = split(width, kernel, stride);
  return [top, left, bottom, right];
}

function split(side: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

export function isTrained(role: TensorRole): boolean {
  return role !== "mean" && role !== "variance";
}

export function countValues({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, side) => product * side, 1);
}
