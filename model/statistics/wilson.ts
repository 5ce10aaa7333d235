/**
 * Wilson's score interval for a proportion. Unlike value ± 1.96 standard errors it stays inside [0, 1] and
 * says something sensible at 0 of n and n of n, which small test sets of good classifiers do reach.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Estimate, NORMAL_QUANTILE_975 } from "./estimate.ts";

/**
 * The proportion successes / n with its 95% interval:
 * (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
 * @throws BAD_INPUT when n is not a positive integer or successes is not one of 0..n.
 * @see Wilson 1927, Journal of the American Statistical Association 22, 209-212.
 */
export function wilsonInterval(successes: number, n: number): Estimate {
  if (!Number.isInteger(n) || n < 1) {
    throw new RadliteError("BAD_INPUT", `a proportion needs at least one case, got n = ${n}`);
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > n) {
    throw new RadliteError("BAD_INPUT", `expected 0 to ${n} successes of ${n}, got ${successes}`);
  }
  return scoreInterval(successes / n, n);
}

/** Wilson's interval around any proportion in [0, 1] that rests on n cases; `wilsonInterval` for a mean rank. */
export function scoreInterval(proportion: number, n: number): Estimate {
  const z2 = NORMAL_QUANTILE_975 ** 2;
  const centre = proportion + z2 / (2 * n);
  const half = NORMAL_QUANTILE_975 * Math.sqrt((proportion * (1 - proportion)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    value: proportion,
    low: proportion === 0 ? 0 : (centre - half) / scale,
    high: proportion === 1 ? 1 : (centre + half) / scale,
  };
}
