/**
 * pointers/<model>/<alias>.json: what functions poll instead of the log. A pointer is derived from the log and
 * only ever moves to a higher log number; one that lags, is missing or damaged is written anew by whoever may
 * write and has read further. One that names a commit which is not the log's, left behind when the log was put back
 * to an earlier copy, is no pointer either.
 *
 * What earlier releases did not write is optional, and is added by whoever may write. What a later one says beside
 * stands under keys of its own, and is not for this one to take out.
 */
import { decodeJson, digestOf, encodeJson } from "@radlite/registry/bundle";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { pointerKey } from "./keys.ts";
import { listTestEvaluations, type Performance, performanceOf } from "./performance.ts";
import { currentGate, currentVersion, latestPromotion, type State } from "./state.ts";
import { readCommitDigest } from "./tail.ts";
import type { OperatingPoint } from "./version-events.ts";

export interface Pointer {
  formatVersion: 1;
  model: string;
  alias: string;
  number: number;
  /** `<model>@<number>`. */
  version: string;
  artifact: string;
  operatingPoint: OperatingPoint;
  /** The commit that moved the alias here. */
  logNumber: number;
  /** The newest commit that it says something of: that one, or a later gate or evaluation. */
  asOf?: number;
  /** What stands before the version. */
  gate?: { artifact: string; sizeBytes: number; population: string };
  /** Nothing stands before it: said, so that a gate which is merely not named is never taken for none (`saysGate`). */
  ungated?: true;
  /** Whom the gate's data set shows, in words. */
  population?: string;
  /** By the names of the sets of role TEST on which the version was evaluated. */
  performance?: Readonly<Record<string, Performance>>;
}

/**
 * @param etag of the pointer read last.
 * @returns "unchanged" when it still has that etag; undefined when there is none that can be read.
 */
export async function readPointer(
  store: ObjectStore,
  model: string,
  alias: string,
  etag?: string,
): Promise<{ pointer: Pointer; etag: string } | "unchanged" | undefined> {
  const found = await store.get(pointerKey(model, alias), etag === undefined ? {} : { ifNoneMatch: etag });
  if (found === "unchanged" || found === undefined) return found;
  const pointer = decodePointer(found.bytes);
  return pointer && { pointer, etag: found.etag };
}

/** The pointer that an alias ought to have by a state, or undefined when it names nothing. */
export function pointerOf(state: State, model: string, alias: string): Pointer | undefined {
  const version = currentVersion(state, model, alias);
  if (!version?.operatingPoint) return undefined;
  const { logNumber } = latestPromotion(state, model, alias)!;
  const gate = currentGate(state, model);
  const tests = listTestEvaluations(state.models.get(model)!, version);
  return {
    formatVersion: 1,
    model,
    alias,
    number: version.number,
    version: version.id,
    artifact: version.artifact,
    operatingPoint: version.operatingPoint,
    logNumber,
    asOf: Math.max(logNumber, gate?.logNumber ?? 0, ...tests.map((test) => test.logNumber)),
    ...(gate
      ? {
          gate: { artifact: gate.artifact, sizeBytes: gate.sizeBytes, population: gate.population },
          population: gate.population,
        }
      : { ungated: true as const }),
    performance: Object.fromEntries(tests.map((test) => [test.set, performanceOf(test)])),
  };
}

/**
 * Writes a pointer unless one at least as new is there.
 * @param reached the number of the commit up to which the log was read, to derive `pointer`.
 * @returns what was there before it was written, undefined also when nothing was; "kept" when it was there already,
 * "ahead" when the one there is of a commit that was not read yet.
 */
export async function movePointer(
  store: ObjectStore,
  pointer: Pointer,
  reached: number,
): Promise<Pointer | undefined | "kept" | "ahead"> {
  const key = pointerKey(pointer.model, pointer.alias);
  for (;;) {
    const found = await store.get(key);
    const there = found && decodePointer(found.bytes);
    if (there && saysSame(there, pointer)) return "kept";
    if (there && (await isBeyond(store, there, reached))) return "ahead";
    try {
      if (found) await store.replace(key, encodeJson(pointer), found.etag);
      else await store.create(key, encodeJson(pointer));
      return there;
    } catch (error) {
      if (!isConflict(error)) throw error; // otherwise somebody moved it meanwhile: look again
    }
  }
}

/** All that this release writes. */
const KEYS = Object.keys({
  formatVersion: 0,
  model: 0,
  alias: 0,
  number: 0,
  version: 0,
  artifact: 0,
  operatingPoint: 0,
  logNumber: 0,
  asOf: 0,
  gate: 0,
  ungated: 0,
  population: 0,
  performance: 0,
} satisfies Record<keyof Pointer, 0>) as (keyof Pointer)[];

/** Whether two pointers are equal in all that this release knows of. */
export function saysSame(one: Pointer, other: Pointer): boolean {
  const digest = (pointer: Pointer) =>
    digestOf(encodeJson(Object.fromEntries(KEYS.map((key) => [key, pointer[key]]))));
  return digest(one) === digest(other);
}

/**
 * Whether it says what looks at a picture before the version does, or that nothing does. One that says neither is of
 * a release that knew no gate, or lost it: the log knows, and is to be asked before anything is answered.
 */
export const saysGate = ({ gate, ungated }: Pointer): boolean => gate !== undefined || ungated === true;

/** The newest commit that a pointer says something of. */
export const newestCommitOf = ({ logNumber, asOf = logNumber }: Pointer): number => asOf;

/**
 * Whether a commit after `reached` made the pointer what it is. Up to `reached` the log was read, and a pointer that
 * it does not give was never its own. A log grows before its pointers move: one that names a commit which is not
 * there names none that will be.
 */
export async function isBeyond(store: ObjectStore, pointer: Pointer, reached: number): Promise<boolean> {
  const newest = newestCommitOf(pointer);
  return newest > reached && (await readCommitDigest(store, newest)) !== undefined;
}

/**
 * In place of a pointer that names what the log never said. It is not deleted: no condition can be put to that on every
 * server, and whoever moves the alias meanwhile would lose a pointer that it knows to be there.
 */
export const NO_POINTER = encodeJson({});

export const isNoPointer = (bytes: Uint8Array): boolean => Buffer.compare(bytes, NO_POINTER) === 0;

export function decodePointer(bytes: Uint8Array): Pointer | undefined {
  const pointer = decodeJson(bytes) as Partial<Pointer> | null | undefined;
  const isWhole =
    pointer?.formatVersion === 1 &&
    typeof pointer.artifact === "string" &&
    typeof pointer.operatingPoint?.threshold === "number" &&
    Number.isSafeInteger(pointer.logNumber) &&
    (pointer.asOf === undefined || Number.isSafeInteger(pointer.asOf)) &&
    (pointer.gate === undefined || typeof pointer.gate?.artifact === "string");
  return isWhole ? (pointer as Pointer) : undefined;
}
