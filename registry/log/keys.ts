/**
 * Where each thing lies in the store. Numbers have 20 digits so that keys sort as numbers do; snapshots count
 * down from 10^20 - 1, so that the first key listed is the newest.
 */
const DIGITS = 20;
const LAST_NUMBER = 10n ** BigInt(DIGITS) - 1n;

export const LOG_PREFIX = "log/";
export const SNAPSHOT_PREFIX = "snapshot/";
export const SNAPSHOT_PARTS_PREFIX = `${SNAPSHOT_PREFIX}segments/`;

export const logKey = (number: number): string => `${LOG_PREFIX}${String(number).padStart(DIGITS, "0")}.json`;

/** The number in a log key, or NaN for a key of another form or a number that no log reaches. */
export const numberOfLogKey = (key: string): number =>
  toNumber(/^log\/(\d{20})\.json$/.exec(key)?.[1], (digits) => digits);

export const snapshotKey = (number: number): string =>
  `${SNAPSHOT_PREFIX}${String(LAST_NUMBER - BigInt(number)).padStart(DIGITS, "0")}.json`;

/** The number in a snapshot key, or NaN as above. */
export const numberOfSnapshotKey = (key: string): number =>
  toNumber(/^snapshot\/(\d{20})\.json$/.exec(key)?.[1], (digits) => LAST_NUMBER - digits);

/** Where a part of a snapshot lies, by its SHA-256; sorts after every snapshot. */
export const segmentKey = (digest: string): string => `${SNAPSHOT_PARTS_PREFIX}${digest}`;

/** Commits are numbered from 1, as far as a double counts them one by one. */
function toNumber(digits: string | undefined, decode: (digits: bigint) => bigint): number {
  const number = digits === undefined ? 0n : decode(BigInt(digits));
  return number >= 1n && number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : Number.NaN;
}

export const POINTER_PREFIX = "pointers/";

export const pointerKey = (model: string, alias: string): string => `${POINTER_PREFIX}${model}/${alias}.json`;
