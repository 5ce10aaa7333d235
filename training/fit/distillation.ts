/**
 * Distillation: a student follows what its teacher makes of an image, not the label alone.
 * Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network", 2015 (https://arxiv.org/abs/1503.02531):
 *   loss = a CE(z, y) + (1 - a) T^2 KL(p || q),  p = sigmoid(t / T),  q = sigmoid(z / T)
 * in the form of one logit, which is the softmax of [0, z]. Gradient of the second term in z: (1 - a) T (q - p);
 * for T -> infinity (1 - a) (z - t) / 4, that of matching logits, (z - t)^2 / 8.
 */
import { sigmoid, softplus } from "@radlite/model/statistics";
import type { Tensor1D } from "@tensorflow/tfjs-node";
import { tf } from "./tensorflow.ts";

/** T^2 KL(sigmoid(t / T) || sigmoid(z / T)) of each image, [batch]; differentiable in `logits`. */
export function computeDivergence(logits: Tensor1D, teacher: Float32Array, temperature: number): Tensor1D {
  return tf.tidy(() => {
    const t = tf.tensor1d(teacher).div(temperature) as Tensor1D;
    const p = t.sigmoid() as Tensor1D;
    const entropy = computeCrossEntropy(t, p);
    return computeCrossEntropy(logits.div(temperature), p)
      .sub(entropy)
      .mul(temperature ** 2);
  });
}

/** -p ln sigmoid(z) - (1 - p) ln(1 - sigmoid(z)) of each logit z, finite for any. */
export function computeCrossEntropy(z: Tensor1D, p: Tensor1D): Tensor1D {
  return z.relu().sub(z.mul(p)).add(z.abs().neg().exp().log1p());
}

/** The same two for one image, as plain numbers. */
export function measureDivergence(logit: number, teacher: number, temperature: number): number {
  const [z, t] = [logit / temperature, teacher / temperature];
  const p = sigmoid(t);
  return temperature ** 2 * (measureCrossEntropy(z, p) - measureCrossEntropy(t, p));
}

export function measureCrossEntropy(z: number, p: number): number {
  return softplus(z) - z * p;
}
