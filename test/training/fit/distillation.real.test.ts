import { computeGradients, tf } from "@radlite/training/fit";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { computeDivergence } from "../../../training/fit/distillation.ts";
import { computeLoss } from "../../../training/fit/gradients.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";

const OPTIONS = { classWeights: [1.5, 0.75], labelSmoothing: 0.1 };
const Z = [2, -1, 0.5, -8];
const T = [1, -3, -0.5, 9];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function divergeAt(temperature: number): { value: number[]; gradient: number[] } {
  return tf.tidy(() => {
    const run = (z: Tensor1D) => computeDivergence(z, Float32Array.from(T), temperature);
    const z = tf.tensor1d(Z);
    const gradient = tf.grad((x) => run(x as Tensor1D).sum())(z);
    return { value: [...run(z).dataSync()], gradient: [...gradient.dataSync()] };
  });
}

test.each([1, 2, 4])(
  "at temperature %d it is T^2 KL of the two distributions, its gradient T (q - p)",
  (temperature) => {
    const { value, gradient } = divergeAt(temperature);

    Z.forEach((z, at) => {
      const [p, q] = [sigmoid(T[at]! / temperature), sigmoid(z / temperature)];
      const divergence = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
      expect(value[at]).toBeCloseTo(temperature ** 2 * divergence, 4);
      expect(gradient[at]).toBeCloseTo(temperature * (q - p), 5);
    });
  },
);

test("one logit is the softmax over two of which the first is 0", () => {
  const [z, t, temperature] = [0.7, -1.3, 3];
  const softmax = (logits: number[]) => {
    const powers = logits.map((logit) => Math.exp(logit / temperature));
    return powers.map((power) => power / powers.reduce((sum, other) => sum + other));
  };
  const [p, q] = [softmax([0, t]), softmax([0, z])];
  const expected = temperature ** 2 * p.reduce((sum, share, at) => sum + share * Math.log(share / q[at]!), 0);

  const value = tf.tidy(
    () => computeDivergence(tf.tensor1d([z]), Float32Array.of(t), temperature).dataSync()[0],
  );

  expect(value).toBeCloseTo(expected, 5);
});

test("at a high temperature the gradient is that of matching logits", () => {
  const { gradient } = divergeAt(1000);

  Z.forEach((z, at) => {
    expect(gradient[at]).toBeCloseTo((z - T[at]!) / 4, 2);
  });
});

test("a student that answers as its teacher loses nothing and moves nowhere", () => {
  const { value, gradient } = tf.tidy(() => {
    const run = (z: Tensor1D) => computeDivergence(z, Float32Array.from(Z), 2);
    const z = tf.tensor1d(Z);
    return {
      value: [...run(z).dataSync()],
      gradient: [
        ...tf
          .grad((x) => run(x as Tensor1D).sum())(z)
          .dataSync(),
      ],
    };
  });

  for (const number of [...value, ...gradient]) expect(Math.abs(number)).toBeLessThan(1e-6);
});

test("the loss blends label and teacher by weight, in the weight of the class", () => {
  const teacher = { logits: Float32Array.of(1), temperature: 2, weight: 0.25 };
  const lossWith = (batch: Parameters<typeof computeLoss>[1]) =>
    tf.tidy(() => computeLoss(tf.tensor2d([[2]]) as Tensor2D, batch, OPTIONS).dataSync()[0]!);

  const loss = lossWith({ labels: Uint8Array.of(1), teacher });

  const entropy = Math.log(1 + Math.exp(-2)) + 0.05 * 2;
  const [p, q] = [sigmoid(0.5), sigmoid(1)];
  const divergence = 4 * (p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q)));
  expect(loss).toBeCloseTo(0.75 * (0.25 * entropy + 0.75 * divergence), 5);
});

test("all weight on the labels is plain training, bit for bit", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 5);
  const batch = drawBatch(8, 6, 11);
  const teacher = { logits: drawUniform(6, 3, -9, 9), temperature: 3, weight: 1 };

  const plain = computeGradients(graph, values, batch, OPTIONS);
  const distilled = computeGradients(graph, values, { ...batch, teacher }, OPTIONS);

  expect(distilled.loss).toBe(plain.loss);
  plain.gradients.forEach((gradient, at) => {
    expect(distilled.gradients[at]?.every((value, i) => value === gradient![i])).toBe(gradient && true);
  });
});

test("leaks no tensor", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 5);
  const teacher = { logits: drawUniform(4, 3), temperature: 3, weight: 0.5 };
  const run = () => computeGradients(graph, values, { ...drawBatch(8, 4, 1), teacher }, OPTIONS);
  run();
  const before = tf.memory().numTensors;

  run();

  expect(tf.memory().numTensors).toBe(before);
});
