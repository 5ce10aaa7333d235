/**
 * Markdown that says what it was given and nothing else. Names, tags and descriptions are whatever somebody wrote:
 * `foreign` turns every character that Markdown, its tables, HTML or formulas would obey into an entity, which no
 * flavour takes for structure, and shows controls in place of obeying them.
 */
import type { Estimate } from "@radlite/model/statistics";

/** Also what turns the direction of writing, ends a line of Unicode, or cannot be encoded. */
const CONTROLS = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u2028\u2029\uFEFF]/gu;
const MARKUP = /[\\`*_{}[\]<>&|~$^#!@]|:(?=\/\/)|(?<=www)\./gi;

/** `\u0007`, as JSON shows it. */
const showControl = (control: string): string =>
  `\\u${control.codePointAt(0)!.toString(16).padStart(4, "0")}`;

/** A text of one line: white space is one space, and other controls are shown in place of obeyed. */
export const showPlainly = (text: string): string =>
  text.replace(/\s+/gu, " ").replace(CONTROLS, showControl).trim();

/** What others wrote, inside a line of ours; never empty. */
export function foreign(text: string): string {
  return showPlainly(text).replace(MARKUP, (mark) => `&#${mark.codePointAt(0)};`) || "(empty)";
}

/** For names of our own alphabet: digests, ids, sets, commands. */
export const code = (text: string): string => `\`${text}\``;

const isNumber = (cell: string): boolean => /^[+-]?[\d,.]*$/.test(cell);

/** The first row is the headings; a column of numbers stands right. Cells hold Markdown of ours. */
export function table(rows: readonly (readonly string[])[]): string {
  const [headings, ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = headings!.map((_, column) => (body.every((row) => isNumber(row[column]!)) ? "---:" : "---"));
  return [line(headings!), line(rule), ...body.map(line)].join("\n");
}

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

/** A text as it is, whatever it holds: the fence is longer than any run of backticks in it. */
export function fence(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const marks = "`".repeat(longest + 1);
  const body = text
    .replace(/\r\n?/g, "\n")
    .trimEnd()
    .replace(CONTROLS, (control) => (control === "\n" || control === "\t" ? control : showControl(control)));
  return `${marks}${language}\n${body}\n${marks}`;
}

/** `94.2% (91.3 to 96.2)`. */
export function percent({ value, low, high }: Estimate): string {
  const share = (part: number) => (100 * part).toFixed(1);
  return `${share(value)}% (${share(low)} to ${share(high)})`;
}

/** `0.9861 (0.9751 to 0.9970)`. */
export const area = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;

/** `63,001`. */
export const count = (number: number): string => number.toLocaleString("en");
