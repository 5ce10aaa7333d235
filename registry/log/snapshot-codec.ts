/**
 * A state as the bytes of a snapshot, and back. Rows of numbers instead of objects: strings and digests are
 * written once in a table and named by their number there, times are milliseconds, figures whole millionths.
 * `decodeSnapshot(encodeSnapshot(state))` equals `state`; a version costs at most 500 bytes.
 */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import { listAnswered, segmentAnswered } from "./answered-keys.ts";
import { decodeModel, encodeModel, type ModelRow } from "./snapshot-models.ts";
import {
  decodeRecipe,
  decodeRun,
  encodeRecipe,
  encodeRun,
  type RecipeRow,
  type RunRow,
} from "./snapshot-runs.ts";
import { readTables, writeTables } from "./snapshot-tables.ts";
import type { State } from "./state.ts";

const FORMAT_VERSION = 4; // of digits that differ in one bit no two are used
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
}

// {"body":...,"digest":"...","formatVersion":4} in canonical JSON; the digest is the SHA-256 of the body's text.
const BEFORE_BODY = '{"body":';
const AFTER_BODY = ',"digest":"';

const endOf = (body: Uint8Array, formatVersion: number): string =>
  `${AFTER_BODY}${digestOf(body)}","formatVersion":${formatVersion}}`;

export function encodeSnapshot(state: State): Uint8Array {
  const tables = writeTables();
  const body: SnapshotBody = {
    logNumber: state.logNumber,
    ...(state.head !== undefined && { head: state.head }),
    models: [...state.models.values()].map((model) => encodeModel(model, tables)),
    runs: [...state.runs.values()].map((run) => encodeRun(run, tables)),
    ...(state.recipes.size > 0 && {
      recipes: [...state.recipes.values()].map((recipe) => encodeRecipe(recipe, tables)),
    }),
    keys: listAnswered(state.keys),
    ignored: [...state.ignored],
    strings: tables.strings,
    digests: tables.digests,
  };
  const bytes = encodeJson(body);
  return new Uint8Array(
    Buffer.concat([Buffer.from(BEFORE_BODY), bytes, Buffer.from(endOf(bytes, FORMAT_VERSION))]),
  );
}

/** Whether it is whole, and of a release whose snapshots are not read any more. */
export function isOlderSnapshot(bytes: Uint8Array): boolean {
  return OLDER_FORMAT_VERSIONS.some((version) => findBody(bytes, version) !== undefined);
}

/** The state, or undefined for bytes that are damaged or of another format. */
export function decodeSnapshot(bytes: Uint8Array): State | undefined {
  const body = findBody(bytes, FORMAT_VERSION);
  if (!body) return undefined;
  const {
    logNumber,
    head,
    strings,
    digests,
    models,
    runs,
    recipes = [],
    keys,
    ignored,
  } = decodeJson(body) as SnapshotBody;
  const tables = readTables(strings, digests);
  return {
    logNumber,
    ...(head !== undefined && { head }),
    models: new Map(models.map((row) => decodeModel(row, tables)).map((model) => [model.name, model])),
    runs: new Map(runs.map((row) => decodeRun(row, tables)).map((run) => [run.id, run])),
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
