import * as fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { computeSvd, type Svd } from "../../../../training/compression/low-rank/svd.ts";
import { drawMatrix, measureDistance, measureSkew, sumSquares } from "./matrices.ts";

const sides = fc.record({
  rows: fc.integer({ min: 1, max: 20 }),
  columns: fc.integer({ min: 1, max: 20 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

function compose({ left, values, right }: Svd): Matrix {
  return left.clone().mulRowVector(Array.from(values)).mmul(right.transpose());
}

test("a diagonal matrix's singular values are its entries without their signs", () => {
  const { values, left, right } = computeSvd(
    new Matrix([
      [0, -5, 0],
      [3, 0, 0],
    ]),
    2,
  );

  expect(values[0]).toBeCloseTo(5, 12);
  expect(values[1]).toBeCloseTo(3, 12);
  expect(left.abs().to2DArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(right.abs().to2DArray()).toEqual([
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
});

test("exact at full rank, with orthonormal factors", () => {
  fc.assert(
    fc.property(sides, ({ rows, columns, seed }) => {
      const rank = Math.min(rows, columns);
      const matrix = drawMatrix(
        rows,
        columns,
        Array.from({ length: rank }, (_, at) => 1 / (1 + at)),
        seed,
      );

      const svd = computeSvd(matrix, rank);

      expect(measureDistance(compose(svd), matrix)).toBeLessThan(1e-10);
      expect(measureSkew(svd.left)).toBeLessThan(1e-10);
      expect(measureSkew(svd.right)).toBeLessThan(1e-10);
    }),
    { numRuns: 40 },
  );
});

test("cut to a rank, what it leaves out are the singular values behind it (Eckart & Young)", () => {
  const values = [8, 5, 3, 1, 0.5, 0.1];
  const matrix = drawMatrix(9, 6, values, 7);

  for (const rank of [1, 2, 3, 4, 5]) {
    const error = measureDistance(compose(computeSvd(matrix, rank)), matrix);
    expect(error ** 2).toBeCloseTo(sumSquares(values.slice(rank)), 9);
  }
});
