import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { type Factors, factoriseKernel } from "../../../../training/compression/low-rank/factors.ts";
import type { Ranks } from "../../../../training/compression/low-rank/hosvd.ts";
import type { Kernel } from "../../../../training/compression/low-rank/kernel.ts";
import { drawGaussian } from "../../../../training/compression/low-rank/randomised-svd.ts";
import { computeSvd } from "../../../../training/compression/low-rank/svd.ts";
import { createWhitening, type Moments } from "../../../../training/compression/low-rank/whitening.ts";
import { composeFactors, drawKernel, measureDistance, sumSquares } from "./matrices.ts";

const EXACT = { algorithm: "exact", seed: 1, sweeps: 0 } as const;
const INPUTS = 10;

/** Rows of correlated channels, strong and weak, around a mean that is not zero. */
function drawRows(count: number, seed: number): Matrix {
  const mixing = drawGaussian(INPUTS, INPUTS, seed).mulColumnVector(
    Array.from({ length: INPUTS }, (_, at) => 0.7 ** at),
  );
  return drawGaussian(count, INPUTS, seed + 1)
    .mmul(mixing)
    .addRowVector(Array.from({ length: INPUTS }, (_, at) => 1 + at / 3));
}

function measureMoments(rows: Matrix): Moments {
  const mean = rows.mean("column");
  const centred = rows.clone().subRowVector(mean);
  return { mean: Float64Array.from(mean), covariance: centred.gram().div(rows.rows) };
}

/** Mean squared change of the answers to `rows`, the bias' shift counted in. */
function measureLoss(rows: Matrix, kernel: Kernel, factors: Factors): number {
  const [height, width, inputs, outputs] = kernel.shape;
  const composed = composeFactors(kernel.shape, factors);
  const difference = new Matrix(height * width * inputs, outputs).apply(function (row, column) {
    this.set(row, column, kernel.values[row * outputs + column]! - composed[row * outputs + column]!);
  });
  const change = rows.mmul(difference);
  if (factors.biasShift) change.subRowVector(Array.from(factors.biasShift));
  return sumSquares(change.to1DArray()) / rows.rows;
}

describe("a layer of one tap, cut to a rank by its answers", () => {
  const rows = drawRows(400, 1);
  const moments = measureMoments(rows);
  const whitening = createWhitening(moments);
  const kernel = drawKernel([1, 1, INPUTS, 8], 3);
  const weights = Matrix.from1DArray(INPUTS, 8, Array.from(kernel.values));
  const answers = rows.clone().subRowVector(Array.from(moments.mean)).mmul(weights);

  test.each([1, 2, 4, 7])(
    "loses what the answers' own principal components leave out, at rank %d",
    (rank) => {
      const factors = factoriseKernel(kernel, { output: rank }, EXACT, whitening);

      const { values } = computeSvd(answers, 8);
      const best = sumSquares(values.slice(rank)) / rows.rows;
      expect(measureLoss(rows, kernel, factors) / best).toBeCloseTo(1, 4);
      expect(factors.relativeError).toBeCloseTo(
        Math.sqrt(sumSquares(values.slice(rank)) / sumSquares(values)),
        5,
      );
    },
  );

  test("loses less than a cut by the weights, which loses no bias either", () => {
    for (const rank of [1, 2, 4, 7]) {
      const byWeights = factoriseKernel(kernel, { output: rank }, EXACT);
      const byAnswers = factoriseKernel(kernel, { output: rank }, EXACT, whitening);
      expect(byWeights.biasShift).toBeUndefined();
      expect(measureLoss(rows, kernel, byAnswers)).toBeLessThan(0.7 * measureLoss(rows, kernel, byWeights));
    }
  });

  test("keeps the mean answer", () => {
    const factors = factoriseKernel(kernel, { output: 2 }, EXACT, whitening);

    const composed = Matrix.from1DArray(INPUTS, 8, Array.from(composeFactors(kernel.shape, factors)));
    const means = (product: Matrix) => product.mean("column");
    means(rows.mmul(weights)).forEach((mean, at) => {
      expect(means(rows.mmul(composed))[at]! + factors.biasShift![at]!).toBeCloseTo(mean, 4);
    });
  });

  test("is exact at full rank", () => {
    const factors = factoriseKernel(kernel, { output: 8 }, EXACT, whitening);

    const composed = Matrix.from1DArray(INPUTS, 8, Array.from(composeFactors(kernel.shape, factors)));
    expect(measureDistance(composed, weights) / weights.norm("frobenius")).toBeLessThan(1e-5);
    for (const shift of factors.biasShift!) expect(Math.abs(shift)).toBeLessThan(1e-4);
  });
});

test.each<[string, Ranks]>([
  ["the inputs", { input: 4 }],
  ["the outputs", { output: 3 }],
  ["both", { input: 6, output: 4 }],
])("with taps that are uncorrelated the error said is the error made, cut in %s", (_, ranks) => {
  const mixing = drawGaussian(INPUTS, INPUTS, 8).mulColumnVector(
    Array.from({ length: INPUTS }, (_, at) => 0.6 ** at),
  );
  const rows = Matrix.zeros(4000, 4 * INPUTS);
  for (const tap of [0, 1, 2, 3]) {
    rows.setSubMatrix(drawGaussian(4000, INPUTS, 40 + tap).mmul(mixing), 0, tap * INPUTS);
  }
  const covariance = mixing.transpose().mmul(mixing);
  const kernel = drawKernel([2, 2, INPUTS, 7], 5);

  const factors = factoriseKernel(
    kernel,
    ranks,
    EXACT,
    createWhitening({ mean: new Float64Array(INPUTS), covariance }),
  );

  const none: Factors = { ...factors, core: factors.core.map(() => 0), biasShift: undefined };
  const relative = Math.sqrt(measureLoss(rows, kernel, factors) / measureLoss(rows, kernel, none));
  expect(relative / factors.relativeError).toBeGreaterThan(0.95);
  expect(relative / factors.relativeError).toBeLessThan(1.05);
});

test("the root times itself is the covariance, and times its inverse the identity", () => {
  const { covariance, mean } = measureMoments(drawRows(400, 6));

  const { root, inverse } = createWhitening({ covariance, mean });

  expect(measureDistance(root.mmul(root), covariance)).toBeLessThan(1e-6);
  expect(measureDistance(root.mmul(inverse), Matrix.eye(INPUTS))).toBeLessThan(1e-8);
});

test("channels at rest and values that never change leave the factors finite", () => {
  const kernel = drawKernel([1, 1, 3, 5], 2);
  for (const covariance of [Matrix.diag([4, 1, 0]), Matrix.zeros(3, 3)]) {
    const whitening = createWhitening({ mean: Float64Array.of(1, 2, 3), covariance });
    const { core, output, biasShift } = factoriseKernel(kernel, { output: 2 }, EXACT, whitening);
    for (const values of [core, output!, biasShift!]) expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...core.map(Math.abs))).toBeLessThan(100);
  }
});
