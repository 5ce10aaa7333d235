/**
 * Pages of versions by a column, over indexes that each segment has of itself: the first of every segment that come
 * after the cursor meet in a heap, and as many are taken from it as the page is long. What a page costs hardly depends
 * on how many versions there are; a filter by numbers reads its columns, any other one the versions.
 */
import type { Segment, Version } from "@radlite/registry/log";
import type { NumberFilter } from "./conditions.ts";
import {
  type Direction,
  decodeCursor,
  encodeCursor,
  type Order,
  type Page,
  type PageInput,
  readPageSize,
  type SortKey,
} from "./page.ts";
import { COLUMNS, type Column, compareValues, readColumns, sortPlaces } from "./version-columns.ts";

/** A segment of a model's versions, and which of them are wanted. */
export interface WantedPart {
  model: string;
  segment: Segment<Version>;
  /** How many versions the model has before those of the segment. */
  before: number;
  /** 1 for a wanted one, by its place; absent where all are. */
  mask?: Uint8Array;
  count: number;
}

export interface ColumnCondition {
  column: Column;
  filter: NumberFilter;
}

export interface ColumnOrder {
  column: Column;
  direction: Direction;
}

/** The key of the last version of the page before. */
export interface PageStart {
  /** NaN: it had none. */
  value: number;
  model: string;
  number: number;
}

/**
 * As `paginate` answers for the wanted versions of all parts, which come by model and number.
 * @param order the same one, for its cursors.
 * @throws BAD_INPUT for a page size or cursor that is none.
 */
export function pageByColumn(
  parts: readonly WantedPart[],
  { first, after }: PageInput,
  order: Order<Version>,
  by: ColumnOrder,
): Page<Version> {
  const size = readPageSize(first);
  const start =
    after === undefined ? undefined : readStart(decodeCursor(after, order, [SAMPLES[typeOf(by)]]));
  const taken = takeFirst(parts, by, { size: size + 1, start });
  return {
    edges: taken.slice(0, size).map((node) => ({ cursor: encodeCursor(order.keyOf(node), order), node })),
    totalCount: parts.reduce((sum, { count }) => sum + count, 0),
    hasNextPage: taken.length > size,
  };
}

/** What the parts of a cursor are: times stand in it as ISO texts. */
const SAMPLES = { time: ["", "", 0], number: [0, "", 0] } as const satisfies Record<string, SortKey>;
const typeOf = ({ column }: ColumnOrder): keyof typeof SAMPLES =>
  column === COLUMNS.createdAt ? "time" : "number";

function readStart([value, model, number]: SortKey): PageStart {
  const read = value === null ? Number.NaN : typeof value === "string" ? Date.parse(value) : value!;
  return { value: read, model: String(model), number: Number(number) };
}

/** In the order of their numbers. */
export const listWanted = ({ segment, mask }: WantedPart): readonly Version[] =>
  mask ? segment.items().filter((_, place) => mask[place] === 1) : segment.items();

/** What is wanted of a segment. @param matches beside the conditions; left out where they say everything. */
export function selectPart(
  part: Omit<WantedPart, "mask" | "count">,
  conditions: readonly ColumnCondition[],
  matches?: (version: Version) => boolean,
): WantedPart {
  const { segment } = part;
  if (conditions.length === 0 && !matches) return { ...part, count: segment.length };
  const columns = readColumns(
    segment,
    conditions.map(({ column }) => column),
  );
  const mask = new Uint8Array(segment.length).fill(1);
  for (const [at, { filter }] of conditions.entries()) keepMatching(mask, columns[at]!, filter);
  let count = 0;
  for (let place = 0; place < mask.length; place++) {
    if (mask[place] === 0) continue;
    if (matches && !matches(segment.items()[place]!)) mask[place] = 0;
    else count++;
  }
  return { ...part, mask, count };
}

/** A NaN, which stands for what is not there, is on neither side of a limit. */
function keepMatching(
  mask: Uint8Array,
  values: Float64Array,
  { eq, in: among, gte, lte }: NumberFilter,
): void {
  const [low, high] = [gte ?? Number.NEGATIVE_INFINITY, lte ?? Number.POSITIVE_INFINITY];
  const known = among && new Set(among);
  for (let place = 0; place < mask.length; place++) {
    const value = values[place]!;
    if (!(value >= low && value <= high)) mask[place] = 0;
    else if ((eq !== undefined && value !== eq) || (known && !known.has(value))) mask[place] = 0;
  }
}

interface Cursor {
  /** Which part; parts stand in the order in which equals follow each other. */
  rank: number;
  part: WantedPart;
  places: Uint16Array;
  values: Float64Array;
  at: number;
}

/** The first `size` wanted versions in the order, after `start` where it is given. */
export function takeFirst(
  parts: readonly WantedPart[],
  { column, direction }: ColumnOrder,
  { size, start }: { size: number; start?: PageStart | undefined },
): Version[] {
  const heap: Cursor[] = [];
  const isBefore = (a: Cursor, b: Cursor): boolean =>
    (compareValues(valueAt(a), valueAt(b), direction) || a.rank - b.rank) < 0;
  for (const [rank, part] of parts.entries()) {
    if (part.count === 0) continue;
    const [values] = readColumns(part.segment, [column]) as [Float64Array];
    const cursor = { rank, part, values, places: sortPlaces(part.segment, column, direction), at: 0 };
    if (start) cursor.at = skipTo(cursor, start, direction);
    if (settle(cursor)) push(heap, cursor, isBefore);
  }
  const taken: Version[] = [];
  while (taken.length < size && heap.length > 0) {
    const first = heap[0]!;
    taken.push(first.part.segment.items()[first.places[first.at]!]!);
    first.at++;
    if (!settle(first)) replaceFirst(heap);
    sink(heap, isBefore);
  }
  return taken;
}

const valueAt = ({ values, places, at }: Cursor): number => values[places[at]!]!;

/** Goes on to the next wanted one. @returns whether there is one. */
function settle(cursor: Cursor): boolean {
  const { places, part } = cursor;
  while (part.mask && cursor.at < places.length && part.mask[places[cursor.at]!] === 0) cursor.at++;
  return cursor.at < places.length;
}

/** Index of the first place whose key comes after the start's. */
function skipTo({ part, places, values }: Cursor, start: PageStart, direction: Direction): number {
  const { model, before } = part;
  const isAfter = (place: number): boolean => {
    const byValue = compareValues(values[place]!, start.value, direction);
    if (byValue !== 0) return byValue > 0;
    return model === start.model ? before + place + 1 > start.number : model > start.model;
  };
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAfter(places[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function push(heap: Cursor[], cursor: Cursor, isBefore: (a: Cursor, b: Cursor) => boolean): void {
  heap.push(cursor);
  for (let at = heap.length - 1; at > 0; ) {
    const above = (at - 1) >> 1;
    if (!isBefore(heap[at]!, heap[above]!)) return;
    swap(heap, at, above);
    at = above;
  }
}

function replaceFirst(heap: Cursor[]): void {
  const last = heap.pop()!;
  if (heap.length > 0) heap[0] = last;
}

/** Lets the first one, which has changed, go down to its place. */
function sink(heap: Cursor[], isBefore: (a: Cursor, b: Cursor) => boolean): void {
  for (let at = 0; ; ) {
    let first = at;
    for (const below of [2 * at + 1, 2 * at + 2]) {
      if (below < heap.length && isBefore(heap[below]!, heap[first]!)) first = below;
    }
    if (first === at) return;
    swap(heap, at, first);
    at = first;
  }
}

function swap(heap: Cursor[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b]!, heap[a]!];
}
