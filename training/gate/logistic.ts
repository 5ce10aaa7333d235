/**
 * Logistic regression by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani, Friedman, The
 * Elements of Statistical Learning, 4.4): minimises |w|²/2 + C Σ s log(1 + exp(-y (w·x + b))), the bias free. The
 * objective is strictly convex, so that there is one answer; steps are halved while they do not lower it.
 */
import { RadliteError } from "@radlite/model/errors";
import { sigmoid, softplus } from "@radlite/model/statistics";
import { CholeskyDecomposition, Matrix } from "ml-matrix";

export interface LogisticCases {
  /** [n, features] */
  rows: Float64Array[];
  /** 1 or -1, one a row. */
  signs: ArrayLike<number>;
  /** How much each row counts; 1 where absent. */
  importance?: ArrayLike<number>;
}

/** What the regression tells apart: `bias` false where rows and their negatives are both cases. */
export interface LogisticOptions {
  bias?: boolean;
  /** Inverse strength of the regularisation. */
  c?: number;
}

export interface Logistic {
  weights: Float64Array;
  bias: number;
}

const MOST_STEPS = 50;
/** What a further step would gain of the objective. */
const ENOUGH = 1e-10;
const MOST_HALVINGS = 30;
/** Keeps the bias's row of the Hessian positive where every case is certain. */
const FLOOR = 1e-9;

/** @throws BAD_INPUT where it does not come to rest, which finite rows do not do. */
export function fitLogistic(
  cases: LogisticCases,
  { bias: hasBias = true, c = 0.5 }: LogisticOptions = {},
): Logistic {
  const features = cases.rows[0]!.length;
  const size = features + (hasBias ? 1 : 0);
  let weights = new Float64Array(size);
  let objective = measure(cases, weights, features, c);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = differentiate(cases, weights, features, c);
    const direction = new CholeskyDecomposition(hessian).solve(Matrix.columnVector(gradient)).to1DArray();
    const gain = direction.reduce((sum, part, i) => sum + part * gradient[i]!, 0);
    if (gain <= ENOUGH * (1 + Math.abs(objective)))
      return { weights: weights.slice(0, features), bias: hasBias ? weights[features]! : 0 };
    const lower = descend(cases, weights, direction, { features, c, objective });
    if (!lower) break;
    ({ weights, objective } = lower);
  }
  throw new RadliteError(
    "BAD_INPUT",
    "the gate's regression does not come to rest: expected finite pictures of both kinds",
  );
}

function descend(
  cases: LogisticCases,
  weights: Float64Array,
  direction: number[],
  { features, c, objective }: { features: number; c: number; objective: number },
): { weights: Float64Array<ArrayBuffer>; objective: number } | undefined {
  for (let halving = 0, share = 1; halving < MOST_HALVINGS; halving++, share /= 2) {
    const next = Float64Array.from(weights, (weight, i) => weight - share * direction[i]!);
    const found = measure(cases, next, features, c);
    if (found <= objective) return { weights: next, objective: found };
  }
  return undefined;
}

function measure(
  { rows, signs, importance }: LogisticCases,
  weights: Float64Array,
  features: number,
  c: number,
): number {
  let [squares, loss] = [0, 0];
  for (let i = 0; i < features; i++) squares += weights[i]! ** 2;
  for (let at = 0; at < rows.length; at++)
    loss += (importance?.[at] ?? 1) * softplus(-signs[at]! * project(weights, rows[at]!));
  return squares / 2 + c * loss;
}

/** The gradient and Hessian of `measure`. */
function differentiate(
  { rows, signs, importance }: LogisticCases,
  weights: Float64Array,
  features: number,
  c: number,
): { gradient: Float64Array; hessian: Matrix } {
  const size = weights.length;
  const gradient = Float64Array.from(weights, (weight, i) => (i < features ? weight : 0));
  const products = new Float64Array(size * size); // the lower triangle
  const extended = new Float64Array(size).fill(1);
  for (let at = 0; at < rows.length; at++) {
    extended.set(rows[at]!);
    const counts = c * (importance?.[at] ?? 1);
    const wrong = sigmoid(-signs[at]! * project(weights, rows[at]!));
    const slope = -counts * signs[at]! * wrong;
    const bend = counts * wrong * (1 - wrong);
    for (let i = 0; i < size; i++) {
      gradient[i]! += slope * extended[i]!;
      const scaled = bend * extended[i]!;
      for (let j = 0; j <= i; j++) products[i * size + j]! += scaled * extended[j]!;
    }
  }
  const hessian = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const product = products[i * size + j]! + (i === j ? (i < features ? 1 : FLOOR) : 0);
      hessian.set(i, j, product);
      hessian.set(j, i, product);
    }
  }
  return { gradient, hessian };
}

/** w·x + b, where there is a bias. */
function project(weights: Float64Array, row: Float64Array): number {
  let sum = weights.length > row.length ? weights[row.length]! : 0;
  for (let i = 0; i < row.length; i++) sum += weights[i]! * row[i]!;
  return sum;
}
