/** Matrices and kernels with spectra that are known, and what the laws of decompositions measure. */
import { Matrix } from "ml-matrix";
import type { Kernel } from "../../../../training/compression/low-rank/kernel.ts";
import { drawGaussian, orthonormalise } from "../../../../training/compression/low-rank/randomised-svd.ts";

/** [rows, columns] with these singular values, the longer side free. */
export function drawMatrix(rows: number, columns: number, values: readonly number[], seed: number): Matrix {
  const left = orthonormalise(drawGaussian(rows, values.length, seed));
  const right = orthonormalise(drawGaussian(columns, values.length, seed + 1));
  return left.mulRowVector([...values]).mmul(right.transpose());
}

export function drawKernel(shape: Kernel["shape"], seed: number): Kernel {
  const [height, width, inputs, outputs] = shape;
  return {
    shape,
    values: Float64Array.from(drawGaussian(height * width * inputs, outputs, seed).to1DArray()),
  };
}

/** Largest deviation of the columns' products from those of an orthonormal basis. */
export function measureSkew(matrix: Matrix): number {
  return Matrix.sub(matrix.transpose().mmul(matrix), Matrix.eye(matrix.columns)).abs().max();
}

/** Frobenius norm. */
export function measureDistance(a: Matrix, b: Matrix): number {
  return Matrix.sub(a, b).norm("frobenius");
}

export function sumSquares(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value ** 2, 0);
}
