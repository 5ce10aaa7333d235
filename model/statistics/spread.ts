/** How a figure spreads over repetitions, such as trainings of one recipe with several seeds. */
import { RadliteError } from "@radlite/model/errors";

export interface Spread {
  n: number;
  mean: number;
  /** Of the sample, with n - 1 in the denominator; absent for a single value. */
  deviation?: number;
  low: number; // the smallest value
  high: number; // the largest value
}

/** @throws BAD_INPUT when there is no value, or one that is not finite. */
export function summariseSpread(values: readonly number[]): Spread {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (values.length === 0 || wrong !== undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `a spread needs finite numbers, at least one; got ${wrong ?? "none"}`,
    );
  }
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { n, mean, ...(n > 1 ? { deviation: Math.sqrt(squares / (n - 1)) } : {}), low, high };
}
