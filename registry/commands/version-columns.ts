/**
 * Columns of versions: one number of each, segment by segment, and the places of a segment in the order of a column.
 * Both are made when first asked for and kept as long as the segment lives. A segment never changes, and a commit
 * shares all but the one that it changes, so these indexes move with the fold at the cost of one segment a commit.
 * NaN stands for what a version does not have.
 */
import { aucColumn, SEGMENT_LENGTH, type Segment, type Version } from "@radlite/registry/log";
import { metricsOf, type VersionMetrics } from "./metrics.ts";
import type { Direction } from "./page.ts";
import { figureOf, type VersionFigure } from "./version-figures.ts";

export interface Column {
  /** Tells columns apart. */
  name: string;
  read(version: Version): number | undefined;
  /** Under which name snapshots may hold the same numbers. */
  stored?: string;
}

export const COLUMNS = {
  number: { name: "number", read: ({ number }) => number },
  sizeBytes: { name: "sizeBytes", read: ({ sizeBytes }) => sizeBytes, stored: "sizeBytes" },
  parameters: { name: "parameters", read: ({ parameters }) => parameters, stored: "parameters" },
  macs: { name: "macs", read: ({ macs }) => macs, stored: "macs" },
  seed: { name: "seed", read: ({ seed }) => seed },
  createdAt: { name: "createdAt", read: ({ createdAt }) => Date.parse(createdAt), stored: "createdAt" },
  /** 1 for what may be promoted as far as that goes: sealed, and not archived. */
  isEligible: {
    name: "eligible",
    read: ({ operatingPoint, archivedAt }) => (operatingPoint && archivedAt === undefined ? 1 : 0),
  },
} as const satisfies Record<string, Column>;

/** A figure's point estimate on a set. */
export const figureColumn = (figure: VersionFigure, set: string): Column => ({
  name: `${figure} on ${set}`,
  read: (version) => figureOf(version, set, figure),
  ...(figure === "auc" && { stored: aucColumn(set) }),
});

type BoundedFigure = { [K in keyof VersionMetrics]: VersionMetrics[K] extends { low: number } ? K : never };

/** A figure on a set, or the careful end of its interval. */
export const boundColumn = (
  figure: NonNullable<BoundedFigure[keyof VersionMetrics]>,
  bound: "low" | "value",
  set: string,
): Column => ({
  name: `${bound} of ${figure} on ${set}`,
  read: (version) => metricsOnce(version, set)?.[figure][bound],
});

/** Columns are filled version by version, so that the figures of one are computed once for all of them. */
let latest: { version: Version; set: string; metrics: VersionMetrics | undefined } | undefined;

function metricsOnce(version: Version, set: string): VersionMetrics | undefined {
  if (latest?.version !== version || latest.set !== set)
    latest = { version, set, metrics: metricsOf(version, set) };
  return latest.metrics;
}

interface SegmentIndex {
  columns: Map<string, Float64Array>;
  /** By the column's name and the direction, as the next. */
  places: Map<string, Uint16Array>;
  ends: Map<string, Ends>;
}

const indexes = new WeakMap<Segment<Version>, SegmentIndex>();

function indexOf(segment: Segment<Version>): SegmentIndex {
  let known = indexes.get(segment);
  if (!known) {
    known = { columns: new Map(), places: new Map(), ends: new Map() };
    indexes.set(segment, known);
  }
  return known;
}

/** The numbers of all versions of a segment, one array for each of the columns. */
export function readColumns(segment: Segment<Version>, columns: readonly Column[]): readonly Float64Array[] {
  const known = indexOf(segment).columns;
  const missing: Column[] = [];
  for (const column of columns) {
    if (known.has(column.name)) continue;
    const stored = column.stored === undefined ? undefined : segment.column?.(column.stored);
    if (stored) known.set(column.name, stored);
    else missing.push(column);
  }
  if (missing.length > 0) {
    const filled = missing.map(() => new Float64Array(segment.length));
    const readOne = segment.length < SEGMENT_LENGTH ? readAndKeep : readAfresh;
    for (const [place, version] of segment.items().entries()) readOne(version, missing, filled, place);
    for (const [at, { name }] of missing.entries()) known.set(name, filled[at]!);
  }
  return columns.map(({ name }) => known.get(name)!);
}

function readAfresh(
  version: Version,
  columns: readonly Column[],
  filled: readonly Float64Array[],
  place: number,
): void {
  for (const [at, { read }] of columns.entries()) filled[at]![place] = read(version) ?? Number.NaN;
}

/** Numbers of the versions in last segments, which commits make anew again and again; elsewhere it would be too many. */
const kept = new WeakMap<Version, Map<string, number>>();

function readAndKeep(
  version: Version,
  columns: readonly Column[],
  filled: readonly Float64Array[],
  place: number,
): void {
  let numbers = kept.get(version);
  if (!numbers) {
    numbers = new Map();
    kept.set(version, numbers);
  }
  for (const [at, { name, read }] of columns.entries()) {
    let value = numbers.get(name);
    if (value === undefined) {
      value = read(version) ?? Number.NaN;
      numbers.set(name, value);
    }
    filled[at]![place] = value;
  }
}

/** The places of a segment by a column; equals by their number, what has none last in either direction. */
export function sortPlaces(segment: Segment<Version>, column: Column, direction: Direction): Uint16Array {
  const { places } = indexOf(segment);
  const key = `${column.name} ${direction}`;
  let sorted = places.get(key);
  if (!sorted) {
    const [values] = readColumns(segment, [column]) as [Float64Array];
    sorted = Uint16Array.from({ length: segment.length }, (_, place) => place);
    sorted.sort((a, b) => compareValues(values[a]!, values[b]!, direction) || a - b);
    places.set(key, sorted);
  }
  return sorted;
}

export interface Ends {
  first: number;
  last: number;
}

/** The values of a segment's first and last version by a column, without putting it in order. */
export function endsOf(segment: Segment<Version>, column: Column, direction: Direction): Ends {
  const { ends } = indexOf(segment);
  const key = `${column.name} ${direction}`;
  let known = ends.get(key);
  if (!known) {
    const [values] = readColumns(segment, [column]) as [Float64Array];
    known = findEnds(values, direction);
    ends.set(key, known);
  }
  return known;
}

function findEnds(values: Float64Array, direction: Direction): Ends {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [isAny, isAll] = [false, true];
  for (const value of values) {
    if (Number.isNaN(value)) isAll = false;
    else isAny = true;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [first, last] = direction === "ASC" ? [low, high] : [high, low];
  return { first: isAny ? first : Number.NaN, last: isAll ? last : Number.NaN };
}

export interface Ranking {
  /** Which segments, by their first versions; equals as they come. */
  order: readonly number[];
  /** Value of each one's first version. */
  first: Float64Array;
}

/** By the array itself, which a list keeps until one of its full segments changes. */
const rankings = new WeakMap<readonly Segment<Version>[], Map<string, Ranking>>();

/** Segments in the order of their first versions by a column. @param full see `SegmentedList.full`. */
export function rankSegments(
  full: readonly Segment<Version>[],
  column: Column,
  direction: Direction,
): Ranking {
  const key = `${column.name} ${direction}`;
  let known = rankings.get(full);
  if (!known) {
    known = new Map();
    rankings.set(full, known);
  }
  let ranking = known.get(key);
  if (!ranking) {
    const first = Float64Array.from(full, (segment) => endsOf(segment, column, direction).first);
    const order = Array.from(full.keys()).sort(
      (a, b) => compareValues(first[a]!, first[b]!, direction) || a - b,
    );
    ranking = { order, first };
    known.set(key, ranking);
  }
  return ranking;
}

/** Below 0 where `a` comes first; what is not there comes last. */
export function compareValues(a: number, b: number, direction: Direction): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b === (direction === "ASC") ? -1 : 1;
}
