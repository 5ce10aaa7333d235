/**
 * The first versions of many segments in the order of a column: cursors over the segments in a heap, see
 * version-pages.ts. Full segments wait outside of it until their first version is due.
 */
import { SEGMENT_LENGTH, type Segment, segmentOf, type Version } from "@radlite/registry/log";
import { type Direction, MAX_PAGE_SIZE } from "./page.ts";
import { compareValues, endsOf, rankSegments, readColumns, sortPlaces } from "./version-columns.ts";
import type { ColumnOrder, PageStart, WantedList, WantedPart } from "./version-pages.ts";

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

const orderCursors =
  ({ direction }: ColumnOrder) =>
  (a: Cursor, b: Cursor): boolean =>
    (compareValues(a.value, b.value, direction) || a.rank - b.rank) < 0;

/** The first `size` wanted versions in the order, after `start` where it is given. */
export function takeFirst(
  lists: readonly WantedList[],
  by: ColumnOrder,
  { size, start }: { size: number; start?: PageStart | undefined },
): Version[] {
  const heap: Cursor[] = [];
  const isBefore = orderCursors(by);
  const add = (cursor: Cursor | undefined) => {
    if (cursor) push(heap, cursor, isBefore);
  };
  let rank = 0;
  for (const { model, versions, parts } of lists) {
    const { full, segments } = versions;
    const from = rank;
    const partOf = (at: number): WantedPart => parts?.[at] ?? wholePart(model, segments, at);
    if (!parts && !start && full.length > 0) add(startOfKept({ model, full }, from, by));
    for (let at = parts || start ? 0 : full.length; at < segments.length; at++) {
      add(startAt({ rank: from + at, part: partOf(at) }, by, start));
    }
    rank += segments.length;
  }
  return takeFrom(heap, by, size, isBefore);
}

const wholePart = (model: string, segments: readonly Segment<Version>[], at: number): WantedPart => ({
  ...{ model, segment: segments[at]!, before: at * SEGMENT_LENGTH },
  count: segments[at]!.length,
});

function takeFrom(
  heap: Cursor[],
  by: ColumnOrder,
  size: number,
  isBefore: (a: Cursor, b: Cursor) => boolean,
): Version[] {
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

interface Kept {
  part: WantedPart;
  places: Uint16Array;
  values: Float64Array;
}

/** By the array of full segments, which a list has for as long as none of them changes. */
const kept = new WeakMap<readonly Segment<Version>[], Map<string, Kept>>();

/** Stands before the first versions of all full segments, as many as a page may ask for. */
function startOfKept(
  { model, full }: { model: string; full: readonly Segment<Version>[] },
  rank: number,
  by: ColumnOrder,
): Cursor {
  const known = kept.get(full) ?? new Map<string, Kept>();
  kept.set(full, known);
  const key = `${by.column.name} ${by.direction}`;
  let first = known.get(key);
  if (!first) {
    first = keepFirst(model, full, by);
    known.set(key, first);
  }
  const { part, places, values } = first;
  return { rank, part, value: values[0]!, opened: { places, values, at: 0 } };
}

function keepFirst(model: string, full: readonly Segment<Version>[], by: ColumnOrder): Kept {
  const heap: Cursor[] = [];
  const isBefore = orderCursors(by);
  const placeOf = (at: number): Place => ({ rank: at, part: wholePart(model, full, at) });
  addRanked(full, by, placeOf, (cursor) => push(heap, cursor, isBefore));
  const segment = segmentOf(takeFrom(heap, by, MAX_PAGE_SIZE + 1, isBefore));
  const [values] = readColumns(segment, [by.column]) as [Float64Array];
  return {
    part: { model, segment, before: 0, count: segment.length },
    places: Uint16Array.from({ length: segment.length }, (_, place) => place),
    values,
  };
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
