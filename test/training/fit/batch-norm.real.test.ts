import { EPSILON } from "@radlite/training/architectures";
import { tf } from "@radlite/training/fit";
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { normaliseBatch } from "../../../training/fit/batch-norm.ts";
import { drawUniform } from "../networks.ts";

const SHAPE: [number, number, number, number] = [3, 4, 5, 6];
const SIZE = 3 * 4 * 5 * 6;

/** The same in single operators, which tfjs differentiates by itself. */
function normaliseComposed(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D): Tensor4D {
  const mean = x.mean([0, 1, 2]);
  const variance = x.sub(mean).square().mean([0, 1, 2]);
  return x.sub(mean).div(variance.add(EPSILON).sqrt()).mul(gamma).add(beta) as Tensor4D;
}

function normaliseFused(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D): Tensor4D {
  const { y, mean, variance } = normaliseBatch(x, gamma, beta);
  tf.dispose([mean, variance]);
  return y;
}

function makeInputs(): [Tensor4D, Tensor1D, Tensor1D] {
  return [
    tf.tensor4d(drawUniform(SIZE, 1, -2, 3), SHAPE),
    tf.tensor1d(drawUniform(6, 2, 0.5, 2)),
    tf.tensor1d(drawUniform(6, 3)),
  ];
}

/** Value and gradients of sum(w y^2), so that the incoming gradient differs from place to place. */
function differentiate(
  normalise: (x: Tensor4D, gamma: Tensor1D, beta: Tensor1D) => Tensor4D,
): Float32Array[] {
  return tf.tidy(() => {
    const w = tf.tensor4d(drawUniform(SIZE, 4), SHAPE);
    const loss = (...inputs: Tensor[]) =>
      normalise(...(inputs as [Tensor4D, Tensor1D, Tensor1D]))
        .square()
        .mul(w)
        .sum()
        .asScalar();
    const { value, grads } = tf.valueAndGrads(loss)(makeInputs());
    return [value, ...grads].map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

test("value and gradients are those of the composed operators", () => {
  const fused = differentiate(normaliseFused);
  const composed = differentiate(normaliseComposed);

  fused.forEach((values, which) => {
    values.forEach((value, at) => {
      expect(Math.abs(value - composed[which]![at]!)).toBeLessThan(2e-4);
    });
  });
});

test("gradients agree with finite differences", () => {
  const [, , gammaGradient, betaGradient] = differentiate(normaliseFused) as Float32Array[];
  const [, xGradient] = differentiate(normaliseFused) as Float32Array[];
  const evaluate = (which: number, at: number, move: number) =>
    tf.tidy(() => {
      const inputs = makeInputs();
      const moved = inputs[which]!.dataSync<"float32">().slice();
      moved[at]! += move;
      const all = [...inputs] as Tensor[];
      all[which] = tf.tensor(moved, inputs[which]!.shape);
      const y = normaliseComposed(...(all as [Tensor4D, Tensor1D, Tensor1D]));
      return y
        .square()
        .mul(tf.tensor4d(drawUniform(SIZE, 4), SHAPE))
        .sum()
        .dataSync<"float32">()[0]!;
    });
  const step = 1e-2;
  const slope = (which: number, at: number) =>
    (evaluate(which, at, step) - evaluate(which, at, -step)) / (2 * step);

  for (const at of [0, 3, 5]) {
    expect(slope(1, at)).toBeCloseTo(gammaGradient![at]!, 1);
    expect(slope(2, at)).toBeCloseTo(betaGradient![at]!, 1);
  }
  for (const at of [0, 100, SIZE - 1]) expect(slope(0, at)).toBeCloseTo(xGradient![at]!, 1);
});

test("hands out the batch's mean and its unbiased variance", () => {
  const [x, gamma, beta] = makeInputs();
  const { y, mean, variance } = normaliseBatch(x, gamma, beta);
  const values = x.dataSync<"float32">();
  const channel = values.filter((_, at) => at % 6 === 2);
  const average = channel.reduce((sum, value) => sum + value, 0) / channel.length;

  const squares = channel.reduce((sum, value) => sum + (value - average) ** 2, 0);
  expect(mean.dataSync<"float32">()[2]).toBeCloseTo(average, 5);
  expect(variance.dataSync<"float32">()[2]).toBeCloseTo(squares / (channel.length - 1), 4);
  tf.dispose([x, gamma, beta, y, mean, variance]);
});

test("leaks no tensor", () => {
  differentiate(normaliseFused);
  const before = tf.memory().numTensors;

  differentiate(normaliseFused);

  expect(tf.memory().numTensors).toBe(before);
});
