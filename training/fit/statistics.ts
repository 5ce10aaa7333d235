/**
 * BatchNorm's statistics for given weights, estimated from scratch over some batches: what averaged weights
 * need, since the running statistics belong to the raw ones (Izmailov et al. 2018, section 3.2).
 *   mean = average of the batches' means, variance = average of (variance + mean^2) - mean^2
 */
import type { Tensor1D } from "@tensorflow/tfjs-node";
import type { Learner } from "../architectures/graph.ts";
import type { Batch } from "./batches.ts";
import { runGraph } from "./forward.ts";
import { toInputs, toTensors } from "./gradients.ts";
import { tf } from "./tensorflow.ts";

interface Sums {
  mean: Float64Array;
  square: Float64Array;
}

/** Gives `values` with the arrays of BatchNorm's statistics replaced; the others are shared, not copied. */
export function estimateStatistics(
  graph: Learner,
  values: readonly Float32Array[],
  batches: readonly Batch[],
): Float32Array[] {
  const sums = new Map<string, { node: { mean: number; variance: number }; sums: Sums }>();
  for (const batch of batches) {
    tf.tidy(() => {
      runGraph(graph, toTensors(graph, values), toInputs(graph, batch), {
        onStatistics: (node, mean, variance) => {
          const key = `${node.mean} ${node.variance}`;
          const entry = sums.get(key) ?? { node, sums: startSums(mean.size) };
          sums.set(key, entry);
          addBatch(entry.sums, mean, variance);
        },
      });
    });
  }
  const result = [...values];
  for (const {
    node,
    sums: { mean, square },
  } of sums.values()) {
    const average = mean.map((sum) => sum / batches.length);
    result[node.mean] = Float32Array.from(average);
    result[node.variance] = Float32Array.from(square, (sum, at) => sum / batches.length - average[at]! ** 2);
  }
  return result;
}

function startSums(channels: number): Sums {
  return { mean: new Float64Array(channels), square: new Float64Array(channels) };
}

function addBatch(sums: Sums, mean: Tensor1D, variance: Tensor1D): void {
  const [means, variances] = [mean.dataSync<"float32">(), variance.dataSync<"float32">()];
  means.forEach((value, at) => {
    sums.mean[at]! += value;
    sums.square[at]! += variances[at]! + value ** 2;
  });
  tf.dispose([mean, variance]);
}
