/**
 * Loss of a batch and its gradient in every trained tensor, as plain arrays.
 * Loss: mean over the batch of classWeights[label] * CE(z, y'), times the image's own weight where it has one: the
 * logistic cross entropy of the single logit
 *   CE(z, y) = max(z, 0) - z y + ln(1 + exp(-|z|)),  y' = y (1 - s) + s / 2 with label smoothing s;
 * where the batch has a teacher's answer, a CE + (1 - a) of its divergence from it (distillation.ts), and where it
 * has hints, their losses on top (hints.ts).
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-node";
import { type Learner, learns } from "../architectures/graph.ts";
import type { Batch, TeacherAnswer } from "./batches.ts";
import { findStep } from "./compiled/session.ts";
import {
  computeCrossEntropy,
  computeDivergence,
  measureCrossEntropy,
  measureDivergence,
} from "./distillation.ts";
import { type DropoutNode, drop, runValues, toLogits } from "./forward.ts";
import { computeHintLoss } from "./hints.ts";
import { tf } from "./tensorflow.ts";

export interface LossOptions {
  classWeights: readonly number[];
  labelSmoothing: number;
  /** What each image of the batch weighs, in place of its class's weight. */
  imageWeights?: Float32Array;
  /** What a step's dropout is drawn from; absent: nothing is dropped. */
  dropoutSeed?: number;
}

export interface BatchResult {
  loss: number;
  /** Of each image, before it is weighed; hints left out. */
  losses: Float64Array;
  /** Images on the right side of a probability of one half. */
  correct: number;
  /** For each of the graph's tensors; undefined for BatchNorm's statistics and what does not learn. */
  gradients: (Float32Array | undefined)[];
}

/**
 * `values` holds one array for each of the graph's tensors. As one TensorFlow program where all of the graph's
 * operators are compiled, else operator by operator; the two agree to rounding.
 */
export function computeGradients(
  graph: Learner,
  values: readonly Float32Array[],
  batch: Batch,
  options: LossOptions,
): BatchResult {
  return runCompiled(graph, values, batch, options) ?? runOperators(graph, values, batch, options);
}

/** `undefined` where the graph has an operator that is not compiled, or the batch hints. */
function runCompiled(
  graph: Learner,
  values: readonly Float32Array[],
  batch: Batch,
  options: LossOptions,
): BatchResult | undefined {
  const { labels, teacher, hints } = batch;
  if (hints) return undefined;
  const drops = options.dropoutSeed !== undefined;
  const shape = { images: labels.length, drops, ...(teacher ? { teacher: pickTerm(teacher) } : {}) };
  const step = findStep(graph, shape);
  if (!step) return undefined;
  let result: BatchResult | undefined;
  tf.tidy(() => {
    const { targets, weights } = describeTargets(batch, options);
    const feeds: Record<string, Tensor> = {
      x: toInputs(graph, batch),
      y: tf.tensor1d(targets),
      w: tf.tensor1d(weights.map((weight) => weight / labels.length)),
    };
    if (teacher) feeds.p = tf.tensor1d(teacher.logits).div<Tensor1D>(teacher.temperature).sigmoid();
    for (const { name, node, shape: masked } of step.program.masks) {
      feeds[name] = drop(graph.nodes[node] as DropoutNode, tf.ones([...masked]), options.dropoutSeed!);
    }
    for (const [at, tensor] of toTensors(graph, values).entries()) feeds[`t${at}`] = tensor;
    const { logits, gradients } = step.run(feeds);
    const losses = measureLosses(logits, batch, targets);
    const loss = losses.reduce((sum, one, at) => sum + weights[at]! * one, 0) / losses.length;
    const correct = countCorrect(logits, labels);
    result = { loss: values.every(areFinite) ? loss : Number.NaN, losses, correct, gradients };
  });
  return result;
}

/**
 * Whether a tensor is of numbers still: a ReLU that is fused with its convolution makes zero of NaN, and the loss
 * hides it. One that falls apart does so everywhere, so a sample of its values tells.
 */
function areFinite(values: Float32Array): boolean {
  for (let at = 0; at < values.length; at += SAMPLED) if (!Number.isFinite(values[at])) return false;
  return true;
}

const SAMPLED = 61; // one in so many, a prime: no side of a kernel

/** What of a teacher's answer is the same for all batches. */
const pickTerm = ({ temperature, weight }: TeacherAnswer) => ({ temperature, weight });

export function runOperators(
  graph: Learner,
  values: readonly Float32Array[],
  batch: Batch,
  options: LossOptions,
): BatchResult {
  let result: BatchResult | undefined;
  // Not returned from tidy, which would look through every number of it for tensors.
  tf.tidy(() => {
    const tensors = toTensors(graph, values);
    const trained = graph.tensors.flatMap((spec, at) => (learns(spec) ? [at] : []));
    const inputs = toInputs(graph, batch);
    let logits: Tensor2D | undefined;

    const run = (...weights: Tensor[]): Scalar => {
      const all = [...tensors];
      trained.forEach((at, i) => {
        all[at] = weights[i]!;
      });
      const reached = runValues(graph, all, inputs, {
        onStatistics: (_node, mean, variance) => tf.dispose([mean, variance]),
        dropoutSeed: options.dropoutSeed,
      });
      const output = toLogits(reached.at(-1)!);
      logits = tf.keep(output.clone());
      const loss = computeLoss(output, batch, options);
      if (!batch.hints) return loss;
      const { weights: images } = describeTargets(batch, options);
      return batch.hints.reduce<Scalar>(
        (sum, hint) => sum.add(computeHintLoss(hint, reached[hint.value]!, all, images)),
        loss,
      );
    };
    const { value, grads } = tf.valueAndGrads(run)(trained.map((at) => tensors[at]!));

    const gradients: (Float32Array | undefined)[] = graph.tensors.map(() => undefined);
    grads.forEach((gradient, i) => {
      gradients[trained[i]!] = gradient.dataSync<"float32">();
    });
    const reached = logits!.dataSync<"float32">();
    const losses = measureLosses(reached, batch, describeTargets(batch, options).targets);
    const correct = countCorrect(reached, batch.labels);
    tf.dispose(logits!);
    result = { loss: value.dataSync<"float32">()[0]!, losses, correct, gradients };
  });
  return result!;
}

/** The loss of single logits [batch, 1]: the mean over the batch, each image weighing what its class does. */
export function computeLoss(
  logits: Tensor2D,
  batch: Pick<Batch, "labels" | "weights" | "teacher">,
  options: LossOptions,
): Scalar {
  const { labels, teacher } = batch;
  return tf.tidy(() => {
    const z = logits.reshape([labels.length]) as Tensor1D;
    const { targets, weights } = describeTargets(batch, options);
    const entropy = computeCrossEntropy(z, tf.tensor1d(targets));
    return blendTeacher(entropy, z, teacher).mul(tf.tensor1d(weights)).mean() as Scalar;
  });
}

/** As `computeLoss` has it of each image, of plain numbers. */
function measureLosses(
  logits: Float32Array,
  { teacher }: Pick<Batch, "teacher">,
  targets: Float32Array,
): Float64Array {
  return Float64Array.from(logits, (z, at) => {
    const entropy = measureCrossEntropy(z, targets[at]!);
    if (!teacher) return entropy;
    const { logits: answers, temperature, weight } = teacher;
    return weight * entropy + (1 - weight) * measureDivergence(z, answers[at]!, temperature);
  });
}

/** For each image, its smoothed label and what it weighs. */
function describeTargets(
  { labels, weights: own }: Pick<Batch, "labels" | "weights">,
  { classWeights, imageWeights, labelSmoothing }: LossOptions,
) {
  return {
    targets: Float32Array.from(labels, (label) => label * (1 - labelSmoothing) + labelSmoothing / 2),
    weights:
      imageWeights ?? Float32Array.from(labels, (label, at) => classWeights[label]! * (own ? own[at]! : 1)),
  };
}

function blendTeacher(entropy: Tensor1D, z: Tensor1D, teacher: TeacherAnswer | undefined): Tensor1D {
  if (!teacher) return entropy;
  const { logits, temperature, weight } = teacher;
  return entropy.mul(weight).add(computeDivergence(z, logits, temperature).mul(1 - weight));
}

export function toTensors({ tensors }: Pick<Learner, "tensors">, values: readonly Float32Array[]): Tensor[] {
  // Not tf.tensor, which looks at values that are known.
  return tensors.map(({ shape }, at) => tf.engine().makeTensor(values[at]!, shape, "float32"));
}

export function toInputs({ input }: Pick<Learner, "input">, { inputs, labels }: Batch): Tensor4D {
  return tf.tensor4d(inputs, [labels.length, input.height, input.width, input.channels]);
}

function countCorrect(logits: Float32Array, labels: Uint8Array): number {
  return labels.reduce((count, label, at) => count + (logits[at]! >= 0 === (label === 1) ? 1 : 0), 0);
}
