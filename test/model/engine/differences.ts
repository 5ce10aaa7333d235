/** How far two outputs are apart: one number for all values, since an assertion a value takes longer than a run. */
import { expect } from "vitest";

/** Largest difference of two arrays of equal length, relative to the largest expected value where that is over 1. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  let scale = 1;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= largest)) largest = difference; // a NaN stays
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return largest / scale;
}
