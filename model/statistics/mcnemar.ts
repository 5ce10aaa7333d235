/**
 * McNemar's exact test: do two classifiers differ in accuracy on the same cases? Only the cases that exactly
 * one of them gets right speak; under equal accuracy they fall to either side like a fair coin.
 */
import { RadliteError } from "@radlite/model/errors";

export interface McnemarTest {
  onlyFirst: number; // cases that the first alone got right
  onlySecond: number; // cases that the second alone got right
  pValue: number; // two-sided, exact; 1 when no case tells them apart
}

/**
 * p = min(1, 2·P(B <= min(onlyFirst, onlySecond))) with B binomial(onlyFirst + onlySecond, 1/2).
 * @param firstRight whether the first classifier is right, case by case; `secondRight` the same cases in order.
 * @throws BAD_INPUT when the two do not have as many cases.
 * @see McNemar 1947, Psychometrika 12, 153-157.
 */
export function mcnemar(firstRight: readonly boolean[], secondRight: readonly boolean[]): McnemarTest {
  if (firstRight.length !== secondRight.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `a paired test needs the same cases twice, got ${firstRight.length} and ${secondRight.length}`,
    );
  }
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < firstRight.length; i++) {
    if (firstRight[i] && !secondRight[i]) onlyFirst++;
    if (!firstRight[i] && secondRight[i]) onlySecond++;
  }
  const tail = fairCoinTail(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond);
  return { onlyFirst, onlySecond, pValue: Math.min(1, 2 * tail) };
}

/** P(B <= k) for B binomial(n, 1/2), summed from the largest term down so that 2^-n never underflows first. */
function fairCoinTail(k: number, n: number): number {
  let logChoose = 0; // ln of n over k
  for (let i = 1; i <= k; i++) logChoose += Math.log((n - k + i) / i);
  let term = Math.exp(logChoose - n * Math.LN2);
  let sum = 0;
  for (let i = k; i >= 0; i--) {
    sum += term;
    term *= i / (n - i + 1); // (n over i-1) / (n over i)
  }
  return sum;
}
