/**
 * Pages of versions by a column, over indexes that each segment has of itself: the first of each segment that come
 * after the cursor are merged (version-merge.ts), as many as the page is long. Of all versions the first ones of the
 * full segments are kept until one of those changes, so what a first page costs does not depend on how many there are.
 * A filter by numbers reads its columns, any other one the versions.
 */
import type { Segment, SegmentedList, Version } from "@radlite/registry/log";
import type { NumberFilter } from "./conditions.ts";
import {
  type Direction,
  decodeCursor,
  encodeCursor,
  explainCursor,
  type Order,
  type Page,
  type PageInput,
  readPageSize,
  type SortKey,
} from "./page.ts";
import { COLUMNS, type Column, readColumns } from "./version-columns.ts";
import { takeFirst } from "./version-merge.ts";

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
  const start = after === undefined ? undefined : readStart(after, order, by);
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

function readStart(cursor: string, order: Order<Version>, by: ColumnOrder): PageStart {
  const [value, model, number] = decodeCursor(cursor, order, [SAMPLES[typeOf(by)]]);
  const read = typeof value === "string" ? Date.parse(value) : (value ?? Number.NaN);
  if (value !== null && Number.isNaN(read)) throw explainCursor(cursor);
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
