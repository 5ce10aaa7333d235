/**
 * A state as the bytes of a snapshot, and back. Rows of numbers instead of objects: strings and digests are
 * written once in a table and named by their number there, times are milliseconds, figures whole millionths.
 * `decodeSnapshot(encodeSnapshot(state))` equals `state`; a version costs at most 500 bytes.
 *
 * A small registry is one object, as in the releases before. Of a larger one that object is only the head: it names
 * the objects with the versions and runs by their digests (snapshot-segments.ts).
 */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import { listAnswered, segmentAnswered } from "./answered-keys.ts";
import { toList } from "./segmented-list.ts";
import { SegmentedMap } from "./segmented-map.ts";
import { decodeModel, encodeModel, type ModelRow } from "./snapshot-models.ts";
import {
  decodeRecipe,
  decodeRun,
  encodeRecipe,
  encodeRun,
  type RecipeRow,
  type RunRow,
} from "./snapshot-runs.ts";
import { keepTails, type OpenedSegments } from "./snapshot-segments.ts";
import { readTables, writeTables } from "./snapshot-tables.ts";
import type { Model, Run, State } from "./state.ts";

/** All in one object. Of these numbers no two differ in one bit. */
const WHOLE = 4;
/** With its versions and runs in others. */
const SEGMENTED = 7;
/** Those say too little to go on from, nothing of seeds and recipes above all: the log is read in their place. */
const OLDER_FORMAT_VERSIONS = [1, 2];

interface SnapshotBody {
  logNumber: number;
  /** Digest of commit `logNumber`. */
  head?: string;
  strings: string[];
  digests: string[];
  models: ModelRow[];
  runs: RunRow[];
  /** Left out where there is none, as before there was a place for them. */
  recipes?: RecipeRow[];
  /** Oldest first. */
  keys: [digest: string, logNumber: number][];
  ignored: [name: string, logNumber: number][];
  /** SHA-256 of the objects with what the rows do not hold; absent where they hold everything. */
  segments?: string[];
}

/** A snapshot as it lies there, without the objects that it names. */
export interface SnapshotHead {
  /** Digest of its commit; absent in the first release's. */
  head: string | undefined;
  /** `kind@eventVersion` of the events that its writer did not know. */
  ignored: readonly string[];
  /** Digests of those; none for a small registry. */
  segments: readonly string[];
  /** @param opened what these objects hold. @throws where it is not of this head. */
  toState(opened: OpenedSegments): State;
}

const NOTHING: OpenedSegments = { versions: new Map(), runs: [] };

// {"body":...,"digest":"...","formatVersion":4} in canonical JSON; the digest is the SHA-256 of the body's text.
const BEFORE_BODY = '{"body":';
const AFTER_BODY = ',"digest":"';

const endOf = (body: Uint8Array, formatVersion: number): string =>
  `${AFTER_BODY}${digestOf(body)}","formatVersion":${formatVersion}}`;

/** All in one object, however large. */
export function encodeSnapshot(state: State): Uint8Array {
  return seal(describe(state, { models: [...state.models.values()], runs: [...state.runs.values()] }), WHOLE);
}

/** @param segments digests of the objects that `planSegments` names; without any it is the whole snapshot. */
export function encodeSnapshotHead(state: State, segments: readonly string[]): Uint8Array {
  if (segments.length === 0) return encodeSnapshot(state);
  return seal({ ...describe(state, keepTails(state)), segments: [...segments] }, SEGMENTED);
}

function describe(state: State, { models, runs }: { models: Model[]; runs: readonly Run[] }): SnapshotBody {
  const tables = writeTables();
  return {
    logNumber: state.logNumber,
    ...(state.head !== undefined && { head: state.head }),
    models: models.map((model) => encodeModel(model, tables)),
    runs: runs.map((run) => encodeRun(run, tables)),
    ...(state.recipes.size > 0 && {
      recipes: [...state.recipes.values()].map((recipe) => encodeRecipe(recipe, tables)),
    }),
    keys: listAnswered(state.keys),
    ignored: [...state.ignored],
    strings: tables.strings,
    digests: tables.digests,
  };
}

function seal(body: SnapshotBody, formatVersion: number): Uint8Array {
  const bytes = encodeJson(body);
  return new Uint8Array(
    Buffer.concat([Buffer.from(BEFORE_BODY), bytes, Buffer.from(endOf(bytes, formatVersion))]),
  );
}

/** Whether it is whole, and of a release whose snapshots are not read any more. */
export function isOlderSnapshot(bytes: Uint8Array): boolean {
  return OLDER_FORMAT_VERSIONS.some((version) => findBody(bytes, version) !== undefined);
}

/** The state, or undefined for bytes that are damaged, of another format, or only a head. */
export function decodeSnapshot(bytes: Uint8Array): State | undefined {
  const head = readSnapshotHead(bytes);
  return head?.segments.length === 0 ? head.toState(NOTHING) : undefined;
}

/** Undefined for bytes that are damaged or of another format. */
export function readSnapshotHead(bytes: Uint8Array): SnapshotHead | undefined {
  const text = findBody(bytes, WHOLE) ?? findBody(bytes, SEGMENTED);
  const body = text && (decodeJson(text) as SnapshotBody);
  if (!body) return undefined;
  const { head, ignored, segments = [] } = body;
  return {
    head,
    ignored: ignored.map(([name]) => name),
    segments,
    toState: (opened) => toState(body, opened),
  };
}

function toState(body: SnapshotBody, opened: OpenedSegments): State {
  const { logNumber, head, strings, digests, models, runs, recipes = [], keys, ignored } = body;
  const tables = readTables(strings, digests);
  const read = models.map((row) => decodeModel(row, tables, opened.versions.get(row[0])));
  const tail = runs.map((row) => decodeRun(row, tables));
  return {
    logNumber,
    ...(head !== undefined && { head }),
    models: new Map(read.map((model) => [model.name, model])),
    runs: new SegmentedMap(toList(tail, opened.runs)),
    recipes: new Map(recipes.map((row) => decodeRecipe(row, tables)).map((one) => [one.digest, one])),
    keys: segmentAnswered(keys),
    ignored: new Map(ignored),
  };
}

/** Undefined unless the bytes are a whole snapshot of that format. */
function findBody(bytes: Uint8Array, formatVersion: number): Uint8Array | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const bodyEnd = whole.lastIndexOf(AFTER_BODY);
  const body = whole.subarray(BEFORE_BODY.length, Math.max(bodyEnd, BEFORE_BODY.length));
  const expected = Buffer.concat([Buffer.from(BEFORE_BODY), body, Buffer.from(endOf(body, formatVersion))]);
  return whole.equals(expected) ? body : undefined;
}
