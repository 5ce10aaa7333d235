import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { drawGaussian } from "../../../../training/compression/low-rank/randomised-svd.ts";
import { computeSvd } from "../../../../training/compression/low-rank/svd.ts";
import { estimateRank } from "../../../../training/compression/low-rank/vbmf.ts";
import { drawMatrix } from "./matrices.ts";

function estimateRankOf(matrix: Matrix, scale = 1): number {
  const [shorter, longer] = [Math.min(matrix.rows, matrix.columns), Math.max(matrix.rows, matrix.columns)];
  const { values } = computeSvd(matrix, shorter);
  return estimateRank(
    values.map((value) => (scale * value) ** 2),
    longer,
  );
}

/** Noise of unit variance has singular values up to sqrt(rows) + sqrt(columns); these stand out of it. */
function plant(rows: number, columns: number, rank: number, seed: number): Matrix {
  const edge = Math.sqrt(rows) + Math.sqrt(columns);
  const values = Array.from({ length: rank }, (_, at) => edge * (1.6 + 0.4 * at));
  const noise = drawGaussian(rows, columns, seed + 50);
  return rank === 0 ? noise : Matrix.add(drawMatrix(rows, columns, values, seed), noise);
}

test.each([
  [40, 60],
  [60, 40],
  [50, 50],
  [24, 216],
  [16, 2],
])("recovers planted ranks in %i x %i under noise, from any seed", (rows, columns) => {
  const most = Math.floor(Math.min(rows, columns) / 4);
  for (const rank of new Set([0, Math.min(1, most), Math.floor(most / 2), most])) {
    for (const seed of [1, 2, 3]) expect(estimateRankOf(plant(rows, columns, rank, seed))).toBe(rank);
  }
});

test("components below the noise's edge are not seen", () => {
  const noise = drawGaussian(60, 90, 1);
  const faint = drawMatrix(60, 90, [6, 5, 4], 2);

  expect(estimateRankOf(Matrix.add(noise, faint))).toBe(0);
});

test("does not depend on the unit of the weights", () => {
  const matrix = plant(30, 90, 5, 4);

  expect([1e-6, 1, 1e6].map((scale) => estimateRankOf(matrix, scale))).toEqual([5, 5, 5]);
});

test("a matrix without noise has its own rank, one of zeros none", () => {
  expect(estimateRankOf(drawMatrix(30, 40, [5, 4, 3, 2], 3))).toBe(4);
  expect(estimateRank(new Float64Array(4), 9)).toBe(0);
});
