/**
 * What a snapshot writes once and names by number: strings, and digests as base64url (43 characters instead of
 * 64). Number 0 stands for "none". Beside them the small number forms that rows use; each is undone exactly.
 */
import { RadliteError } from "@radlite/model/errors";

export interface TableWriter {
  readonly strings: string[];
  readonly digests: string[];
  string(value: string | undefined): number;
  digest(value: string | undefined): number;
}

export interface TableReader {
  /** For what may be absent. */
  string(index: number): string | undefined;
  digest(index: number): string | undefined;
  /** For what is always there. @throws BAD_INPUT for a number that names nothing. */
  text(index: number): string;
  hash(index: number): string;
}

export function writeTables(): TableWriter {
  const strings: string[] = [];
  const digests: string[] = [];
  const stringNumbers = new Map<string, number>();
  const digestNumbers = new Map<string, number>();
  return {
    strings,
    digests,
    string: (value) => numberOf(value, stringNumbers, (text) => strings.push(text)),
    digest: (value) =>
      numberOf(value, digestNumbers, (hex) => digests.push(Buffer.from(hex, "hex").toString("base64url"))),
  };
}

/** @param append adds the value and returns the table's new length, which is its number. */
function numberOf(
  value: string | undefined,
  numbers: Map<string, number>,
  append: (value: string) => number,
): number {
  if (value === undefined) return 0;
  const known = numbers.get(value);
  if (known !== undefined) return known;
  const added = append(value);
  numbers.set(value, added);
  return added;
}

export function readTables(strings: readonly string[], encodedDigests: readonly string[]): TableReader {
  const digests = encodedDigests.map((digest) => Buffer.from(digest, "base64url").toString("hex"));
  return {
    string: (index) => strings[index - 1],
    digest: (index) => digests[index - 1],
    text: (index) => required(strings[index - 1], index),
    hash: (index) => required(digests[index - 1], index),
  };
}

function required(value: string | undefined, index: number): string {
  if (value !== undefined) return value;
  throw new RadliteError("BAD_INPUT", `snapshot names entry ${index} of a table that does not have it`);
}

export const toMilliseconds = (time: string): number => Date.parse(time);
export const fromMilliseconds = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A figure that was rounded to `decimals` as a whole number. */
export const toWhole = (decimals: number, value: number): number => Math.round(value * 10 ** decimals);
export const fromWhole = (decimals: number, whole: number): number => whole / 10 ** decimals;

/** The shortest decimal that `Math.fround` takes back to this float32. */
export function shortenFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
