import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { estimateCovariance, whiten } from "../../../training/gate/covariance.ts";
import { createNumbers } from "../../model/networks.ts";

const ROWS = [
  [1, 2, 0.5],
  [2, 1, -1],
  [0, 3, 2],
  [4, -1, 0],
  [3, 0, 1],
  [-2, 2, 3],
  [1, 1, 1],
].map((row) => Float64Array.from(row));

test("the same as scikit-learn 1.9's LedoitWolf", () => {
  const { mean, covariance } = estimateCovariance(ROWS);
  const expected = [
    [2.91912412, -1.23668335, -1.10370664],
    [-1.23668335, 1.74892913, 0.51860915],
    [-1.10370664, 0.51860915, 1.68908961],
  ];
  [1.28571429, 1.14285714, 0.92857143].forEach((value, i) => {
    expect(mean[i]).toBeCloseTo(value, 7);
  });
  expected.flat().forEach((value, i) => {
    expect(covariance.to1DArray()[i]).toBeCloseTo(value, 7);
  });
});

test("planted Gaussian rows: the covariance is found, and what is whitened has the distance of chi square", () => {
  const numbers = createNumbers(11);
  const normal = () => numbers.floats(12, 1).reduce((sum, value) => sum + value / 2, 0); // of variance 1
  const mix = [
    [2, 0, 0],
    [1, 0.5, 0],
    [-1, 0.3, 0.2],
  ];
  const rows = Array.from({ length: 20_000 }, () => {
    const drawn = [normal(), normal(), normal()];
    return Float64Array.from(mix, (row) => row.reduce((sum, part, i) => sum + part * drawn[i]!, 5));
  });
  const { mean, covariance } = estimateCovariance(rows);
  const planted = new Matrix(mix).mmul(new Matrix(mix).transpose());
  for (const value of mean) expect(value).toBeCloseTo(5, 1);
  expect(Matrix.sub(covariance, planted).abs().max()).toBeLessThan(0.1);

  const triangle = whiten(covariance);
  const lower = new Matrix([
    [triangle[0]!, 0, 0],
    [triangle[1]!, triangle[2]!, 0],
    [triangle[3]!, triangle[4]!, triangle[5]!],
  ]);
  const whitened = lower.mmul(covariance).mmul(lower.transpose());
  expect(Matrix.sub(whitened, Matrix.eye(3)).abs().max()).toBeLessThan(1e-9);
  const distances = rows.map((row) => {
    const moved = lower.mmul(Matrix.columnVector(Array.from(row, (value, i) => value - mean[i]!)));
    return moved.to1DArray().reduce((sum, value) => sum + value ** 2, 0);
  });
  expect(distances.reduce((sum, distance) => sum + distance, 0) / rows.length).toBeCloseTo(3, 1);
});

test("fewer rows than features leave no direction without variance", () => {
  const { covariance } = estimateCovariance([
    Float64Array.of(1, 0, 0, 2),
    Float64Array.of(0, 3, 0, 1),
    Float64Array.of(2, 1, 1, 0),
  ]);
  for (const value of whiten(covariance)) expect(Number.isFinite(value)).toBe(true);
});
