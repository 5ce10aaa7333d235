/**
 * A state as the bytes of a snapshot, and back. Rows of numbers instead of objects: strings and digests are
 * written once in a table and named by their number there, times are milliseconds, figures whole millionths.
 * `decodeSnapshot(encodeSnapshot(state))` equals `state`; a version costs at most 400 bytes.
 */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import { listAnswered, segmentAnswered } from "./answered-keys.ts";
import { decodeModel, encodeModel, type ModelRow } from "./snapshot-models.ts";
import { decodeRun, encodeRun, type RunRow } from "./snapshot-runs.ts";
import { readTables, writeTables } from "./snapshot-tables.ts";
import type { State } from "./state.ts";

/** 1, the first release's, names neither its commit nor those that answered its keys. */
const FORMAT_VERSIONS = [1, 2] as const;

type FormatVersion = (typeof FORMAT_VERSIONS)[number];

interface SnapshotBody {
  logNumber: number;
  /** Digest of commit `logNumber`. */
  head?: string;
  strings: string[];
  digests: string[];
  models: ModelRow[];
  runs: RunRow[];
  /** Oldest first. In format 1 kind and subject in place of the commit. */
  keys: ([digest: string, logNumber: number] | [digest: string, kind: number, subject: number])[];
  ignored: [name: string, logNumber: number][];
}

// {"body":...,"digest":"...","formatVersion":2} in canonical JSON; the digest is the SHA-256 of the body's text.
const BEFORE_BODY = '{"body":';
const AFTER_BODY = ',"digest":"';

const endOf = (body: Uint8Array, formatVersion: FormatVersion): string =>
  `${AFTER_BODY}${digestOf(body)}","formatVersion":${formatVersion}}`;

export function encodeSnapshot(state: State): Uint8Array {
  const tables = writeTables();
  const body: SnapshotBody = {
    logNumber: state.logNumber,
    ...(state.head !== undefined && { head: state.head }),
    models: [...state.models.values()].map((model) => encodeModel(model, tables)),
    runs: [...state.runs.values()].map((run) => encodeRun(run, tables)),
    keys: listAnswered(state.keys),
    ignored: [...state.ignored],
    strings: tables.strings,
    digests: tables.digests,
  };
  const bytes = encodeJson(body);
  return new Uint8Array(Buffer.concat([Buffer.from(BEFORE_BODY), bytes, Buffer.from(endOf(bytes, 2))]));
}

/** The state, or undefined for bytes that are damaged or of another format. */
export function decodeSnapshot(bytes: Uint8Array): State | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const bodyEnd = whole.lastIndexOf(AFTER_BODY);
  const body = whole.subarray(BEFORE_BODY.length, Math.max(bodyEnd, BEFORE_BODY.length));
  const formatVersion = FORMAT_VERSIONS.find((version) =>
    whole.equals(Buffer.concat([Buffer.from(BEFORE_BODY), body, Buffer.from(endOf(body, version))])),
  );
  if (formatVersion === undefined) return undefined;
  const { logNumber, head, strings, digests, models, runs, keys, ignored } = decodeJson(body) as SnapshotBody;
  const tables = readTables(strings, digests);
  return {
    logNumber,
    ...(head !== undefined && { head }),
    models: new Map(models.map((row) => decodeModel(row, tables)).map((model) => [model.name, model])),
    runs: new Map(runs.map((row) => decodeRun(row, tables)).map((run) => [run.id, run])),
    keys: segmentAnswered(keys.map(([key, commit]) => [key, formatVersion === 1 ? 0 : commit])),
    ignored: new Map(ignored),
  };
}
