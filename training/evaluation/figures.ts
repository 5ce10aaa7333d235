/** Figures as text. */
import type { Estimate } from "@radlite/model/statistics";

/** `95.4%  (95% interval 92.6 to 97.1)`. */
export function formatPercent({ value, low, high }: Estimate): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(value)}%  (95% interval ${percent(low)} to ${percent(high)})`;
}

export function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
