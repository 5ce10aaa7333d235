/**
 * Segments of a snapshot: versions or runs of a state as objects of their own, `snapshot/segments/<sha256>`, that a
 * snapshot's head names. A segment of the state that is full has an object to itself, which is written once and shared
 * by all snapshots until one of its items changes. The shorter last segments of the models lie together, spread over
 * as many objects as they need by a hash of the model's name. A registry of no more versions than a segment takes has
 * them all in the head, as before there were segments.
 *
 * An object is opened without reading its items. It begins with a directory, then come columns of numbers and digests
 * for what lists and look-ups ask of all versions, then the rows as JSON, which are read when an item is asked for.
 */
import { createHash } from "node:crypto";
import { decodeJson, digestOf } from "@radlite/registry/bundle";
import { indexDigests } from "./digest-places.ts";
import { SEGMENT_LENGTH, type Segment, SegmentedList } from "./segmented-list.ts";
import { columnsOf, readColumn, type StoredColumn } from "./snapshot-columns.ts";
import { decodeVersions, encodeModel, type ModelRow } from "./snapshot-models.ts";
import { decodeRun, encodeRun, type RunRow } from "./snapshot-runs.ts";
import { readTables, writeTables } from "./snapshot-tables.ts";
import type { Model, Run, State, Version } from "./state.ts";

/** What one object holds: versions of one model or more, or runs. */
export interface StoredSegment {
  parts: readonly Part[];
}

interface Part {
  /** Absent for runs. */
  model?: string;
  /** How many come before the first one in their list. */
  after: number;
  segment: Segment<Version> | Segment<Run>;
}

interface PartEntry {
  model?: string;
  after: number;
  count: number;
  /** Places from the end of the directory on, in bytes; no columns for runs. */
  columns: StoredColumn[];
  digests: number;
  rows: [at: number, length: number];
}

/** The items that objects hold, in the places that the lists of a state have for them. */
export interface OpenedSegments {
  versions: ReadonlyMap<string, Segment<Version>[]>;
  runs: Segment<Run>[];
}

interface VersionRows {
  strings: string[];
  digests: string[];
  row: ModelRow;
}

interface RunRows {
  strings: string[];
  digests: string[];
  rows: RunRow[];
}

const MAGIC = Buffer.from("RLSEG1\0\0");
const DIRECTORY_AT = MAGIC.length + 4;
const DIGEST_BYTES = 32;

/** The objects that a snapshot of the state needs beside its head; none for a small registry. */
export function planSegments(state: State): StoredSegment[] {
  const models = [...state.models.values()];
  const full = models.flatMap(({ name, versions }) =>
    listFull(versions).map(
      (segment, at): StoredSegment => ({
        parts: [{ model: name, after: at * SEGMENT_LENGTH, segment }],
      }),
    ),
  );
  const runs = listFull(state.runs.list).map(
    (segment, at): StoredSegment => ({
      parts: [{ after: at * SEGMENT_LENGTH, segment }],
    }),
  );
  return [...full, ...bundleTails(models), ...runs];
}

/** The state that is left for the head: without what the objects hold. */
export function keepTails(state: State): { models: Model[]; runs: readonly Run[] } {
  const models = [...state.models.values()];
  const areBundled = isLarge(models);
  const shorten = (versions: Model["versions"]) => {
    const tail = findTail(versions);
    return new SegmentedList(tail && !areBundled ? [tail] : []);
  };
  return {
    models: models.map((model) => ({ ...model, versions: shorten(model.versions) })),
    runs: findTail(state.runs.list)?.items() ?? [],
  };
}

const isFull = ({ length }: Segment<unknown>): boolean => length === SEGMENT_LENGTH;
const listFull = <T>({ segments }: SegmentedList<T>): Segment<T>[] => segments.filter(isFull);
const findTail = <T>({ segments }: SegmentedList<T>): Segment<T> | undefined =>
  segments.find((segment) => !isFull(segment));

const isLarge = (models: readonly Model[]): boolean =>
  models.reduce((sum, { versions }) => sum + versions.length, 0) > SEGMENT_LENGTH;
const countTails = (models: readonly Model[]): number =>
  models.reduce((sum, { versions }) => sum + (findTail(versions)?.length ?? 0), 0);

/** The number of objects is a power of two, so that it seldom changes; where a tail lies depends on nothing else. */
function bundleTails(models: readonly Model[]): StoredSegment[] {
  if (!isLarge(models)) return [];
  const count = Math.max(1, countTails(models));
  const bundles = Array.from(
    { length: 2 ** Math.max(0, Math.ceil(Math.log2(count / SEGMENT_LENGTH))) },
    (): Part[] => [],
  );
  for (const { name, versions } of models) {
    const segment = findTail(versions);
    if (!segment) continue;
    const hash = createHash("sha256").update(name).digest().readUInt32LE(0);
    bundles[hash % bundles.length]!.push({
      model: name,
      after: versions.length - segment.length,
      segment,
    });
  }
  return bundles.filter((parts) => parts.length > 0).map((parts) => ({ parts }));
}

/** Bytes and digest of an object; kept with its first segment, so that what did not change is not written again. */
export function encodeSegment({ parts }: StoredSegment): {
  digest: string;
  /** Whether it was encoded now. */
  isNew: boolean;
  bytes(): Uint8Array;
} {
  const key = parts[0]!.segment;
  const known = digests.get(key);
  const isKnown =
    known?.segments.length === parts.length &&
    parts.every(({ segment }, at) => segment === known.segments[at]);
  if (isKnown) return { digest: known.digest, isNew: false, bytes: () => writeParts(parts) };
  const bytes = writeParts(parts);
  const digest = digestOf(bytes);
  digests.set(key, { segments: parts.map(({ segment }) => segment), digest });
  return { digest, isNew: true, bytes: () => bytes };
}

const digests = new WeakMap<Segment<unknown>, { segments: readonly Segment<unknown>[]; digest: string }>();

function writeParts(parts: readonly Part[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  let at = 0;
  const append = (block: Uint8Array): number => {
    blocks.push(block);
    at += block.length;
    return at - block.length;
  };
  const entries = parts.map(({ model, after, segment }): PartEntry => {
    const versions = model === undefined ? [] : (segment as Segment<Version>).items();
    const columns = columnsOf(versions).map(
      ([name, values]): StoredColumn => [name, append(toBytes(values))],
    );
    const digests = append(Buffer.concat(versions.map(({ artifact }) => Buffer.from(artifact, "hex"))));
    const rows = Buffer.from(
      JSON.stringify(
        model === undefined
          ? encodeRuns(segment as Segment<Run>)
          : encodeVersions(model, segment as Segment<Version>),
      ),
    );
    return {
      ...(model !== undefined && { model }),
      after,
      count: segment.length,
      columns,
      digests,
      rows: [append(rows), rows.length],
    };
  });
  const directory = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(directory.length);
  return new Uint8Array(Buffer.concat([MAGIC, length, directory, ...blocks]));
}

/** Little-endian, as every machine that runs Node has them. */
const toBytes = (values: Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** As the row of a model that has these versions and nothing else. */
function encodeVersions(name: string, segment: Segment<Version>): VersionRows {
  const tables = writeTables();
  const bare = { name, description: "", createdAt: new Date(0).toISOString(), createdBy: "" };
  const lists = { policies: [], gates: [], sets: new Map(), aliases: new Map() };
  const row = encodeModel({ ...bare, ...lists, versions: new SegmentedList([segment]) }, tables);
  return { strings: tables.strings, digests: tables.digests, row };
}

function encodeRuns(segment: Segment<Run>): RunRows {
  const tables = writeTables();
  const rows = segment.items().map((run) => encodeRun(run, tables));
  return { strings: tables.strings, digests: tables.digests, rows };
}

/**
 * The segments of a state that objects hold. @param found the objects by their digests.
 * @returns undefined where one is missing or damaged.
 */
export function openSegments(
  named: readonly string[],
  found: ReadonlyMap<string, Uint8Array>,
): OpenedSegments | undefined {
  const versions = new Map<string, Segment<Version>[]>();
  const runs: Segment<Run>[] = [];
  for (const digest of named) {
    const bytes = found.get(digest);
    const parts = bytes && digestOf(bytes) === digest ? readParts(bytes) : undefined;
    if (!parts) return undefined;
    const segments = parts.map(({ entry, data }) => {
      const { model, after } = entry;
      const segment = model === undefined ? lazyRuns(entry, data) : lazyVersions(entry, data);
      const list = (model === undefined ? runs : (versions.get(model) ?? [])) as Segment<unknown>[];
      list[after / SEGMENT_LENGTH] = segment;
      if (model !== undefined) versions.set(model, list as Segment<Version>[]);
      return segment;
    });
    digests.set(segments[0]!, { segments, digest });
  }
  const lists: readonly Segment<unknown>[][] = [...versions.values(), runs];
  const isWhole = lists.every((list) => {
    const last = list.length - 1;
    return Array.from(list).every((segment, at) => segment && (at === last || isFull(segment)));
  });
  return isWhole ? { versions, runs } : undefined;
}

function readParts(bytes: Uint8Array): { entry: PartEntry; data: Uint8Array }[] | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (whole.length < DIRECTORY_AT || !whole.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const end = DIRECTORY_AT + whole.readUInt32LE(MAGIC.length);
  if (end > whole.length) return undefined;
  const entries = decodeJson(whole.subarray(DIRECTORY_AT, end)) as PartEntry[] | undefined;
  return entries?.map((entry) => ({ entry, data: whole.subarray(end) }));
}

function lazyVersions(
  { after, count, columns, digests, rows }: PartEntry,
  data: Uint8Array,
): Segment<Version> {
  return {
    length: count,
    items: once(() => {
      const { strings, digests: encoded, row } = readRows(rows, data) as VersionRows;
      return decodeVersions(row, readTables(strings, encoded), after);
    }),
    column: (name) => readColumn(columns, name, { data, count }),
    place: indexDigests(data.subarray(digests, digests + count * DIGEST_BYTES)),
  };
}

function lazyRuns({ count, rows }: PartEntry, data: Uint8Array): Segment<Run> {
  return {
    length: count,
    items: once(() => {
      const { strings, digests: encoded, rows: runs } = readRows(rows, data) as RunRows;
      const tables = readTables(strings, encoded);
      return runs.map((row) => decodeRun(row, tables));
    }),
  };
}

const readRows = ([at, length]: PartEntry["rows"], data: Uint8Array): unknown =>
  decodeJson(data.subarray(at, at + length));

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
