/**
 * Graph: a network that can still learn. The nodes of model/format's Network plus BatchNorm, over tensors that
 * are described by shape and role and hold no values yet. Plain data without TensorFlow: an architecture
 * builds it, fit/ runs and trains it, freeze/ folds it into a Network.
 */
import type { InputRecipe, NetworkNode } from "@radlite/model/format";

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

export function isTrained(role: TensorRole): boolean {
  return role !== "mean" && role !== "variance";
}

export function countValues({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, side) => product * side, 1);
}
