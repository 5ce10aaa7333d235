/** Figures, sizes and times as people read them, the same on every page. */

export interface Estimated {
  value: number;
  low: number;
  high: number;
}

const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** With its zone as the reader's. */
export const atTime = (iso: string): string => DATE.format(new Date(iso));

export const bytes = (count: number): string => `${count.toLocaleString("en")} B`;

/** As 12.3 M. */
export function millions(count: number): string {
  return `${(count / 1e6).toLocaleString("en", { maximumSignificantDigits: 3 })} M`;
}

export const share = (value: number, digits = 3): string => value.toFixed(digits);

/** A figure with its 95% interval. */
export const estimate = ({ value, low, high }: Estimated): string =>
  `${share(value)} (${share(low)} to ${share(high)})`;

/** Enough of a digest to tell files apart by eye. */
export const short = (sha256: string): string => `${sha256.slice(0, 12)}…`;

/** As the log counts them: `2 versions`, `1 version`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
