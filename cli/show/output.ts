/** What commands print on stdout: tables for people, one JSON object for machines. */
import type { Estimate } from "@radlite/model/statistics";

/** The only thing on stdout under --json. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2));
}

/** One or none. */
const NUMBER = /^[+-]?[\d,.]*$/;

/** Columns as wide as their widest cell; a column whose cells under the heading are all numbers stands right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]!.map((_, column) => {
    const cells = rows.map((row) => row[column]!);
    const isNumeric = cells.slice(1).every((cell) => NUMBER.test(cell));
    return { width: Math.max(...cells.map((cell) => cell.length)), isNumeric };
  });
  const pad = (cell: string, column: number) => {
    const { width, isNumeric } = columns[column]!;
    return isNumeric ? cell.padStart(width) : cell.padEnd(width);
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** The same in Markdown, for pages; a cell must not hold a vertical bar. */
export function formatMarkdownTable([headings, ...rows]: readonly (readonly string[])[]): string {
  const isNumeric = headings!.map((_, column) => rows.every((row) => NUMBER.test(row[column]!)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings!), line(isNumeric.map((is) => (is ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

/** `94.2% (91.3 to 96.2)`: a share of cases with its 95% interval. */
export function formatShare({ value, low, high }: Estimate): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(value)}% (${percent(low)} to ${percent(high)})`;
}

/** `63,001`. */
export const formatCount = (count: number): string => count.toLocaleString("en");
