/** Matrices and kernels with spectra that are known, and what the laws of decompositions measure. */
import { Matrix } from "ml-matrix";
import type { Factors } from "../../../../training/compression/low-rank/factors.ts";
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

/** The weights that a chain of factors stands for, by the sum itself, [kernel height, kernel width, inputs, outputs]. */
export function composeFactors(
  [height, width, inputs, outputs]: Kernel["shape"],
  factors: Factors,
): Float32Array {
  const { input, core, output, ranks } = factors;
  const [inputRank, outputRank] = ranks;
  const values = new Float32Array(height * width * inputs * outputs);
  for (let at = 0; at < values.length; at++) {
    const [o, i, tap] = [at % outputs, Math.floor(at / outputs) % inputs, Math.floor(at / outputs / inputs)];
    let sum = 0;
    for (let a = 0; a < inputRank; a++) {
      for (let b = 0; b < outputRank; b++) {
        const u = input ? input[i * inputRank + a]! : Number(a === i);
        const v = output ? output[b * outputs + o]! : Number(b === o);
        sum += core[(tap * inputRank + a) * outputRank + b]! * u * v;
      }
    }
    values[at] = sum;
  }
  return values;
}
