/**
 * Estimate: a figure measured on a sample, with its two-sided 95% confidence interval. Every figure that
 * Radlite reports about accuracy has this shape, so none is ever shown without its uncertainty.
 */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The 97.5% quantile of the standard normal distribution: half of a 95% interval, in standard errors. */
export const NORMAL_QUANTILE_975 = 1.959963984540054;
