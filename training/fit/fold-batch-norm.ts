/**
 * BatchNorm's running statistics are constants once a graph is frozen, so it becomes part of the weights before it, a
 * channel at a time:  s = gamma / sqrt(variance + epsilon),  W' = W s,  b' = beta + (b - mean) s
 */
import { EPSILON } from "../architectures/graph.ts";

/** One value a channel. */
export type Statistics = Record<"gamma" | "beta" | "mean" | "variance", Float32Array>;

/** Weights with the output channel as their fastest index: of a depthwise kernel too, whose last side is 1. */
export function foldBatchNorm(
  weights: Float32Array,
  bias: Float32Array | undefined,
  { gamma, beta, mean, variance }: Statistics,
  epsilon: number = EPSILON,
): { weights: Float32Array; bias: Float32Array } {
  const channels = gamma.length;
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  return {
    weights: weights.map((weight, at) => weight * scale[at % channels]!),
    bias: Float32Array.from(beta, (value, c) => value + ((bias?.[c] ?? 0) - mean[c]!) * scale[c]!),
  };
}
