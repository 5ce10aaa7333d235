/**
 * How values do on a set, through TensorFlow: what an epoch is chosen by. The figures of a finished model come
 * from the sealed file in model/engine instead.
 */
import { aucDeLong, sigmoid, softplus, summariseScores } from "@radlite/model/statistics";
import type { Tensor4D } from "@tensorflow/tfjs-node";
import type { Learner } from "../architectures/graph.ts";
import { type Batch, weighClasses } from "./batches.ts";
import { runGraph } from "./forward.ts";
import { toInputs, toTensors } from "./gradients.ts";
import { tf } from "./tensorflow.ts";

/** At a probability of one half; `loss` is the cross entropy with both classes weighing the same. */
export interface ValidationScore {
  loss: number;
  auc: number;
  accuracy: number;
  sensitivity: number;
  specificity: number;
}

// Images at once, so that a large set does not fill the memory: 128 of up to 96x96, fewer of larger ones.
const CHUNK = 128;
const CHUNK_PIXELS = CHUNK * 96 * 96;

/** Single logits of every image, in order; BatchNorm by its running statistics. */
export function computeLogits(graph: Learner, values: readonly Float32Array[], batch: Batch): Float32Array {
  const logits = new Float32Array(batch.labels.length);
  forChunks(graph, batch, (x, start) => {
    logits.set(runGraph(graph, toTensors(graph, values), x).dataSync<"float32">(), start);
  });
  return logits;
}

/** Calls `run` with as many images at once as memory has room for, and the number of the first; tidy. */
export function forChunks(
  graph: Learner,
  { inputs, labels }: Batch,
  run: (x: Tensor4D, start: number) => void,
): void {
  const size = inputs.length / labels.length;
  const pixels = graph.input.height * graph.input.width;
  const images = Math.max(1, Math.min(CHUNK, Math.floor(CHUNK_PIXELS / pixels)));
  for (let start = 0; start < labels.length; start += images) {
    const end = Math.min(start + images, labels.length);
    const chunk = { inputs: inputs.subarray(start * size, end * size), labels: labels.subarray(start, end) };
    tf.tidy(() => run(toInputs(graph, chunk), start));
  }
}

export function scoreLogits(logits: Float32Array, labels: Uint8Array): ValidationScore {
  const probabilities = logits.map(sigmoid);
  const counts = [0, 1].map((label) => labels.reduce((count, other) => count + (other === label ? 1 : 0), 0));
  const weights = weighClasses("balanced", counts);
  const loss =
    labels.reduce((sum, label, at) => {
      const z = label === 1 ? logits[at]! : -logits[at]!;
      return sum + weights[label]! * softplus(-z);
    }, 0) / labels.length;
  const { accuracy, sensitivity, specificity } = summariseScores(probabilities, labels, 0.5);
  const auc = aucDeLong(logits, labels);
  return {
    loss,
    auc: auc.value,
    accuracy: accuracy.value,
    sensitivity: sensitivity.value,
    specificity: specificity.value,
  };
}
