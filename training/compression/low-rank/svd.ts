/**
 * Singular value decomposition of a matrix, A = U diag(s) V^T, cut to a rank: by Eckart & Young (1936) the
 * nearest matrix of that rank, at a squared distance of the squares of the singular values left out. The
 * deterministic one, which the randomised one is held against.
 */
import { type Matrix, SingularValueDecomposition } from "ml-matrix";

export interface Svd {
  left: Matrix; // [rows, rank], orthonormal columns
  values: Float64Array; // [rank], descending
  right: Matrix; // [columns, rank], orthonormal columns
}

/** `rank` from 1 to the smaller side of `matrix`. */
export function computeSvd(matrix: Matrix, rank: number): Svd {
  const svd = new SingularValueDecomposition(matrix, { autoTranspose: true });
  return {
    left: takeColumns(svd.leftSingularVectors, rank),
    values: Float64Array.from(svd.diagonal.slice(0, rank)),
    right: takeColumns(svd.rightSingularVectors, rank),
  };
}

export function takeColumns(matrix: Matrix, count: number): Matrix {
  return matrix.subMatrix(0, matrix.rows - 1, 0, count - 1);
}
