/**
 * What commands print: results on stdout, as tables for people or one JSON object for machines, and words on stderr.
 * Reasons, names and messages are whatever somebody wrote: what a terminal would obey is shown in its place.
 */
import type { Estimate } from "@radlite/model/statistics";

/** Control characters, those that turn the direction of writing, and the line ends of Unicode. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `\u001b[2J` as JSON has it, in place of an empty screen: a text of one line. */
export function showControls(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => SHORT[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same for a text whose line feeds are its own: tables and pages. */
export function showLines(text: string): string {
  return text.split("\n").map(showControls).join("\n");
}

/** One line on stdout. */
export function print(line: string): void {
  console.log(showControls(line));
}

/** A text of several lines on stdout; what others wrote is in it as `showControls` or a table shows it. */
export function printPage(text: string): void {
  console.log(showLines(text));
}

/** One line on stderr: how far the work is, or more of what was said. */
export function note(line: string): void {
  console.error(showControls(line));
}

/** One line on stderr that a reader must not miss. */
export function warn(line: string): void {
  note(`radlite: ${line}`);
}

/** The only thing on stdout under --json. */
export function printJson(value: unknown): void {
  printPage(JSON.stringify(value, undefined, 2)); // which leaves DEL and what lies above it as they are
}

/** One or none. */
const NUMBER = /^[+-]?[\d,.]*$/;

/** Columns as wide as their widest cell; a column whose cells under the heading are all numbers stands right. */
export function formatTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(showControls));
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

/** The same in Markdown, for pages. */
export function formatMarkdownTable(cells: readonly (readonly string[])[]): string {
  const [headings, ...rows] = cells.map((row) =>
    row.map((cell) => showControls(cell).replaceAll("|", "\\|")),
  );
  const isNumeric = headings!.map((_, column) => rows.every((row) => NUMBER.test(row[column]!)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings!), line(isNumeric.map((is) => (is ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

/** `94.2% (91.3 to 96.2)`: a share of cases with its 95% interval. */
export function formatShare({ value, low, high }: Estimate): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(value)}% (${percent(low)} to ${percent(high)})`;
}

/** `94.5%`. */
export const formatPercent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** `63,001`. */
export const formatCount = (count: number): string => count.toLocaleString("en");
