/**
 * Pages of versions by a column, over indexes that each segment has of itself: the first of each segment that come
 * after the cursor meet in a heap, and as many are taken from it as the page is long. Full segments wait outside of it,
 * in an order that is kept until one of them changes, and come in when their first version is due; so what a page of
 * all versions costs does not depend on how many there are. A filter by numbers reads its columns, any other one the
 * versions.
 */
import { SEGMENT_LENGTH, type Segment, type SegmentedList, type Version } from "@radlite/registry/log";
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
import {
  COLUMNS,
  type Column,
  compareValues,
  endsOf,
  rankSegments,
  readColumns,
  sortPlaces,
} from "./version-columns.ts";

/** Versions of a model, and which of them are wanted. */
export interface WantedList {
  model: string;
  versions: SegmentedList<Version>;
  /** Of each segment, in their order; absent where all are. */
  parts?: readonly WantedPart[];
}

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
 * As `paginate` answers for the wanted versions of all lists, which come by model.
 * @param order the same one, for its cursors.
 * @throws BAD_INPUT for a page size or cursor that is none.
 */
export function pageByColumn(
  lists: readonly WantedList[],
  { first, after }: PageInput,
  order: Order<Version>,
  by: ColumnOrder,
): Page<Version> {
  const size = readPageSize(first);
  const start =
    after === undefined ? undefined : readStart(decodeCursor(after, order, [SAMPLES[typeOf(by)]]));
  const taken = takeFirst(lists, by, { size: size + 1, start });
  return {
    edges: taken.slice(0, size).map((node) => ({ cursor: encodeCursor(order.keyOf(node), order), node })),
    totalCount: lists.reduce((sum, list) => sum + countWanted(list), 0),
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

const countWanted = ({ versions, parts }: WantedList): number =>
  parts ? parts.reduce((sum, { count }) => sum + count, 0) : versions.length;

/** In the order of their numbers. */
export const listWanted = ({ versions, parts }: WantedList): readonly Version[] =>
  parts ? parts.flatMap(listPart) : [...versions];

const listPart = ({ segment, mask }: WantedPart): readonly Version[] =>
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
  /** Which segment of all; they stand in the order in which equals follow each other. */
  rank: number;
  part: WantedPart;
  /** Value of the version that it stands at. */
  value: number;
  /** Absent while it waits before its first version. */
  opened?: { places: Uint16Array; values: Float64Array; at: number };
  /** Puts into the heap what can only come after it. */
  follow?: (() => void) | undefined;
}

/** The first `size` wanted versions in the order, after `start` where it is given. */
export function takeFirst(
  lists: readonly WantedList[],
  by: ColumnOrder,
  { size, start }: { size: number; start?: PageStart | undefined },
): Version[] {
  const heap: Cursor[] = [];
  const isBefore = (a: Cursor, b: Cursor): boolean =>
    (compareValues(a.value, b.value, by.direction) || a.rank - b.rank) < 0;
  const add = (cursor: Cursor | undefined) => {
    if (cursor) push(heap, cursor, isBefore);
  };
  let rank = 0;
  for (const { model, versions, parts } of lists) {
    const { full, segments } = versions;
    const from = rank;
    const partOf = (at: number): WantedPart =>
      parts?.[at] ?? {
        model,
        segment: segments[at]!,
        before: at * SEGMENT_LENGTH,
        count: segments[at]!.length,
      };
    if (!parts && !start) addRanked(full, by, (at) => ({ rank: from + at, part: partOf(at) }), add);
    for (let at = parts || start ? 0 : full.length; at < segments.length; at++) {
      add(startAt({ rank: from + at, part: partOf(at) }, by, start));
    }
    rank += segments.length;
  }
  const taken: Version[] = [];
  while (taken.length < size && heap.length > 0) {
    const first = heap[0]!;
    if (first.opened) {
      const { places, at } = first.opened;
      taken.push(first.part.segment.items()[places[at]!]!);
      first.opened.at++;
    } else {
      open(first, by);
      first.follow?.();
    }
    if (!settle(first)) replaceFirst(heap);
    sink(heap, isBefore);
  }
  return taken;
}

type Place = Pick<Cursor, "rank" | "part">;

/** Of segments in the order of their first versions only the next one is in the heap. */
function addRanked(
  full: readonly Segment<Version>[],
  { column, direction }: ColumnOrder,
  placeOf: (at: number) => Place,
  add: (cursor: Cursor) => void,
): void {
  if (full.length === 0) return;
  const { order, first } = rankSegments(full, column, direction);
  const addNext = (next: number) => {
    const at = order[next];
    if (at !== undefined) add({ ...placeOf(at), value: first[at]!, follow: () => addNext(next + 1) });
  };
  addNext(0);
}

/** Undefined where nothing of the segment is wanted after `start`. */
function startAt(place: Place, by: ColumnOrder, start: PageStart | undefined): Cursor | undefined {
  const { segment, mask, count } = place.part;
  if (count === 0) return undefined;
  const { first, last } = endsOf(segment, by.column, by.direction);
  const cursor: Cursor = { ...place, value: first };
  if (!mask && (!start || compareValues(first, start.value, by.direction) > 0)) return cursor;
  if (start && compareValues(last, start.value, by.direction) < 0) return undefined;
  const opened = open(cursor, by);
  if (start) opened.at = skipTo(place.part, opened, start, by.direction);
  return settle(cursor) ? cursor : undefined;
}

function open(cursor: Cursor, { column, direction }: ColumnOrder): NonNullable<Cursor["opened"]> {
  const { segment } = cursor.part;
  const [values] = readColumns(segment, [column]) as [Float64Array];
  cursor.opened = { places: sortPlaces(segment, column, direction), values, at: 0 };
  return cursor.opened;
}

/** Goes on to the next wanted one. @returns whether there is one. */
function settle(cursor: Cursor): boolean {
  const { opened, part } = cursor;
  if (!opened) return true;
  const { places, values } = opened;
  while (part.mask && opened.at < places.length && part.mask[places[opened.at]!] === 0) opened.at++;
  if (opened.at >= places.length) return false;
  cursor.value = values[places[opened.at]!]!;
  return true;
}

/** Index of the first place whose key comes after the start's. */
function skipTo(
  { model, before }: WantedPart,
  { places, values }: NonNullable<Cursor["opened"]>,
  start: PageStart,
  direction: Direction,
): number {
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
