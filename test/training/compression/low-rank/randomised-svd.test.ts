import type { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import {
  computeRandomisedSvd,
  drawGaussian,
  findRange,
} from "../../../../training/compression/low-rank/randomised-svd.ts";
import { computeSvd, type Svd } from "../../../../training/compression/low-rank/svd.ts";
import { drawMatrix, measureDistance, measureSkew, sumSquares } from "./matrices.ts";

const SIDE = 60;
const SPECTRA = {
  decaying: Array.from({ length: SIDE }, (_, at) => 0.8 ** at),
  slow: Array.from({ length: SIDE }, (_, at) => 1 / Math.sqrt(1 + at)),
  flat: Array.from({ length: SIDE }, () => 1),
};
const SEEDS = Array.from({ length: 12 }, (_, at) => 100 + at);

function compose({ left, values, right }: Svd): Matrix {
  return left.clone().mulRowVector(Array.from(values)).mmul(right.transpose());
}

describe.each(Object.entries(SPECTRA))("on a %s spectrum", (_, spectrum) => {
  const matrix = drawMatrix(90, SIDE, spectrum, 3);

  test("the sketch's mean error keeps the bound of corollary 10.10", () => {
    const [k, p, q] = [10, 10, 2];
    const factor =
      (1 + Math.sqrt(k / (p - 1)) + ((Math.E * Math.sqrt(k + p)) / p) * Math.sqrt(SIDE - k)) **
      (1 / (2 * q + 1));

    const errors = SEEDS.map((seed) => {
      const range = findRange(matrix, k, { seed, oversampling: p, powerIterations: q });
      const missed = range.mmul(range.transpose().mmul(matrix)).sub(matrix);
      return computeSvd(missed, 1).values[0]!;
    });

    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(factor).toBeLessThan(1.65);
    expect(mean).toBeLessThanOrEqual(factor * spectrum[k]!);
  });

  test("cut to a rank it is within 5% of the best of that rank, from any seed", () => {
    for (const rank of [1, 5, 20]) {
      const best = Math.sqrt(sumSquares(spectrum.slice(rank)));
      for (const seed of SEEDS) {
        const error = measureDistance(compose(computeRandomisedSvd(matrix, rank, { seed })), matrix);
        expect(error).toBeGreaterThan(best * (1 - 1e-9));
        expect(error).toBeLessThan(best * 1.05);
      }
    }
  });

  test("factors are orthonormal and exact at full rank", () => {
    const svd = computeRandomisedSvd(matrix, SIDE, { seed: 5 });

    expect(measureSkew(svd.left)).toBeLessThan(1e-6);
    expect(measureSkew(svd.right)).toBeLessThan(1e-6);
    expect(measureDistance(compose(svd), matrix) / matrix.norm("frobenius")).toBeLessThan(1e-5);
  });
});

test("a matrix of that rank is found whole, singular values and all", () => {
  const matrix = drawMatrix(40, 70, [9, 4, 1], 11);

  const svd = computeRandomisedSvd(matrix, 3, { seed: 1, powerIterations: 0 });

  expect([...svd.values].map((value) => Number(value.toFixed(9)))).toEqual([9, 4, 1]);
  expect(measureDistance(compose(svd), matrix)).toBeLessThan(1e-9);
});

test("orthonormalised in between, power iterations keep small singular values", () => {
  const spectrum = Array.from({ length: 20 }, (_, at) => 10 ** -at / 2);
  const matrix = drawMatrix(30, 20, spectrum, 2);

  const { values } = computeRandomisedSvd(matrix, 12, { seed: 4, oversampling: 4, powerIterations: 3 });

  values.forEach((value, at) => {
    expect(Math.abs(value / spectrum[at]! - 1)).toBeLessThan(1e-3);
  });
});

test("one seed gives the same factors every time, another seed others", () => {
  const matrix = drawMatrix(30, 20, SPECTRA.flat.slice(0, 20), 2);
  const decompose = (seed: number) => computeRandomisedSvd(matrix, 4, { seed }).left.to1DArray();

  expect(decompose(1)).toEqual(decompose(1));
  expect(decompose(2)).not.toEqual(decompose(1));
});

test("the sketch is drawn from the standard normal distribution", () => {
  const drawn = drawGaussian(200, 200, 9).to1DArray();
  const moment = (power: number) => drawn.reduce((sum, value) => sum + value ** power, 0) / drawn.length;

  expect(Math.abs(moment(1))).toBeLessThan(0.015);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
});
