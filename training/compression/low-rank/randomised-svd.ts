/**
 * Randomised SVD: a Gaussian sketch finds the subspace in which a matrix acts most, and only what is seen in it
 * is decomposed, so that the cost grows with the rank and not with the matrix.
 *   Y = A G,  Q = orth(Y),  power iterations Q = orth(A orth(A^T Q)),  B = Q^T A = W diag(s) V^T,  U = Q W
 * Power iterations make a flat spectrum steep, and orthonormalising between them keeps its small end. Expected
 * error in the spectral norm with k + p columns and q iterations (corollary 10.10):
 *   E |A - Q Q^T A| <= (1 + sqrt(k / (p - 1)) + e sqrt(k + p) / p * sqrt(min(m, n) - k))^(1 / (2 q + 1)) s_(k + 1)
 * Halko, Martinsson & Tropp, "Finding Structure with Randomness", SIAM Review 53(2), 2011, algorithms 4.4 and 5.1.
 */
import { Matrix, QrDecomposition } from "ml-matrix";
import { drawUniform, seedRandom } from "../../data/random.ts";
import { computeSvd, type Svd } from "./svd.ts";

export interface SketchOptions {
  seed: number;
  /** Columns sketched beyond the rank. */
  oversampling?: number;
  powerIterations?: number;
}

/** `rank` from 1 to the smaller side of `matrix`. */
export function computeRandomisedSvd(matrix: Matrix, rank: number, options: SketchOptions): Svd {
  const range = findRange(matrix, rank, options); // [rows, rank + oversampling]
  const { left, values, right } = computeSvd(range.transpose().mmul(matrix), rank);
  return { left: range.mmul(left), values, right };
}

/** Orthonormal columns that span most of what `matrix` maps to, as many as its smaller side at most. */
export function findRange(
  matrix: Matrix,
  rank: number,
  { seed, oversampling = 10, powerIterations = 2 }: SketchOptions,
): Matrix {
  const columns = Math.min(rank + oversampling, matrix.rows, matrix.columns);
  const transposed = matrix.transpose();
  let range = orthonormalise(matrix.mmul(drawGaussian(matrix.columns, columns, seed)));
  for (let iteration = 0; iteration < powerIterations; iteration++) {
    range = orthonormalise(matrix.mmul(orthonormalise(transposed.mmul(range))));
  }
  return range;
}

/** An orthonormal basis of the columns' span; `matrix` is no wider than high. */
export function orthonormalise(matrix: Matrix): Matrix {
  return new QrDecomposition(matrix).orthogonalMatrix;
}

/** Independent standard normal numbers (Box & Muller 1958). */
export function drawGaussian(rows: number, columns: number, seed: number): Matrix {
  const random = seedRandom(seed);
  return new Matrix(rows, columns).apply(function (row, column) {
    const radius = Math.sqrt(-2 * Math.log(1 - drawUniform(random, 0, 1)));
    this.set(row, column, radius * Math.cos(drawUniform(random, 0, 2 * Math.PI)));
  });
}
