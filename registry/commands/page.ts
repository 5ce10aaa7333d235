/**
 * Pages over a sorted list. A cursor is the sort key of its item, so a page starts right after the item that was
 * seen last whatever was added or removed meanwhile; to callers it is opaque, and good for one order only.
 */
import { RadliteError } from "@radlite/model/errors";

export type Direction = "ASC" | "DESC";

/** null: the item does not have it; such items come last in either direction. */
export type SortKey = readonly (string | number | null)[];

export interface PageInput {
  /** 1 to 100; default 20. */
  first?: number;
  /** The cursor of an edge seen before, in the same order. */
  after?: string;
}

export interface Page<T> {
  edges: { cursor: string; node: T }[];
  /** Of all pages. */
  totalCount: number;
  hasNextPage: boolean;
}

export interface Order<T> {
  /** Tells orders apart: a cursor of another one is refused. */
  name: string;
  /** Unique among the items. */
  keyOf(item: T): SortKey;
  /** One for each part of the key. */
  directions: readonly Direction[];
}

const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

/** @throws BAD_INPUT for a page size or cursor that is none. */
export function paginate<T>(items: readonly T[], { first, after }: PageInput, order: Order<T>): Page<T> {
  const size = readPageSize(first);
  const keyed = items.map((node) => ({ node, key: order.keyOf(node) }));
  const readStart = (cursor: string) => {
    const keys = keyed.map(({ key }) => key);
    return decodeCursor(cursor, order, keys);
  };
  const start = after === undefined ? undefined : readStart(after);
  const rest = start ? keyed.filter(({ key }) => compareKeys(key, start, order.directions) > 0) : keyed;
  const page = takeFirst(rest, size, (a, b) => compareKeys(a.key, b.key, order.directions));
  return {
    edges: page.map(({ node, key }) => ({ cursor: encodeCursor(key, order), node })),
    totalCount: items.length,
    hasNextPage: rest.length > size,
  };
}

/** The first of many in an order, without putting all of them in order. */
function takeFirst<T>(items: readonly T[], count: number, compare: (a: T, b: T) => number): T[] {
  let kept: T[] = [];
  let last: T | undefined; // what comes behind it is not among the first
  for (const item of items) {
    if (last !== undefined && compare(item, last) > 0) continue;
    kept.push(item);
    if (kept.length < 4 * count) continue;
    kept = kept.sort(compare).slice(0, count);
    last = kept.at(-1);
  }
  return kept.sort(compare).slice(0, count);
}

/** @throws BAD_INPUT for a page size that is none. */
export function readPageSize(first: number | undefined): number {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE) return size;
  throw new RadliteError("BAD_INPUT", `first is ${size}, expected 1 to ${MAX_PAGE_SIZE}`);
}

export function compareKeys(a: SortKey, b: SortKey, directions: readonly Direction[]): number {
  for (const [i, direction] of directions.entries()) {
    const x = a[i] ?? null;
    const y = b[i] ?? null;
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y === (direction === "ASC") ? -1 : 1;
  }
  return 0;
}

export function encodeCursor(key: SortKey, { name }: Pick<Order<never>, "name">): string {
  return Buffer.from(JSON.stringify([name, ...key])).toString("base64url");
}

/**
 * Only what `encodeCursor` writes is a cursor: no other spelling, and each part of its column's type, which `keys`
 * show. @throws BAD_INPUT for anything else.
 */
export function decodeCursor(
  cursor: string,
  order: Pick<Order<never>, "name" | "directions">,
  keys: readonly SortKey[],
): SortKey {
  const decoded = parse(Buffer.from(cursor, "base64url").toString());
  if (Array.isArray(decoded) && decoded[0] === order.name && decoded.length === order.directions.length + 1) {
    const key = decoded.slice(1) as SortKey;
    const fits = key.every((part, i) => part === null || typeof part === typeOf(keys, i, part));
    if (fits && key.at(-1) !== null && encodeCursor(key, order) === cursor) return key;
  }
  throw explainCursor(cursor);
}

export const explainCursor = (cursor: string): RadliteError =>
  new RadliteError(
    "BAD_INPUT",
    `"${cursor.slice(0, 100)}" is no cursor of this list and order: start without one`,
  );

/** Of a column; of one without a value, whichever of the two `part` has. */
function typeOf(keys: readonly SortKey[], column: number, part: unknown): "string" | "number" {
  const sample = keys.find((key) => key[column] !== null)?.[column] ?? part;
  return typeof sample === "number" ? "number" : "string";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
