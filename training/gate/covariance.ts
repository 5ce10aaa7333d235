/**
 * Mean, covariance and whitening of many short rows. The covariance is shrunk towards a multiple of the identity by
 * as much as its own variation asks for: Ledoit and Wolf, A well-conditioned estimator for large-dimensional
 * covariance matrices, J. Multivar. Anal. 88 (2004), section 3.3.
 */
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";

export interface Covariance {
  mean: Float64Array; // [features]
  covariance: Matrix; // [features, features]
}

/** S* = (1 - b²/d²) S + (b²/d²) m I with m = tr(S)/p, d² = |S - m I|²/p and b² = min(d², Σ|x xᵀ - S|²/(n² p)). */
export function estimateCovariance(rows: readonly Float64Array[]): Covariance {
  const [n, p] = [rows.length, rows[0]!.length];
  const mean = new Float64Array(p);
  for (const row of rows) for (let i = 0; i < p; i++) mean[i]! += row[i]! / n;
  const centred = new Matrix(rows.map((row) => Array.from(row, (value, i) => value - mean[i]!)));
  const sample = centred.transpose().mmul(centred).div(n);
  const scale = sample.trace() / p;
  const identity = Matrix.eye(p).mul(scale);
  const distance = sumSquares(Matrix.sub(sample, identity)) / p;
  // Σ|x xᵀ - S|² = Σ|x|⁴ - n |S|², as Σ x xᵀ = n S.
  const fourth = centred
    .to2DArray()
    .reduce((sum, row) => sum + row.reduce((all, value) => all + value ** 2, 0) ** 2, 0);
  const variation = (fourth - n * sumSquares(sample)) / (n * n * p);
  const shrinkage = distance === 0 ? 0 : Math.min(distance, variation) / distance;
  return { mean, covariance: Matrix.add(Matrix.mul(sample, 1 - shrinkage), Matrix.mul(identity, shrinkage)) };
}

/** Lower triangular W with WᵀW = S⁻¹, by rows: |W(x - m)|² is the squared distance of Mahalanobis. */
export function whiten(covariance: Matrix): Float64Array {
  const lower = inverse(new CholeskyDecomposition(covariance).lowerTriangularMatrix);
  return Float64Array.from(lower.to2DArray().flatMap((row, i) => row.slice(0, i + 1)));
}

const sumSquares = (matrix: Matrix): number => matrix.to1DArray().reduce((sum, value) => sum + value ** 2, 0);
