/**
 * Where each thing lies in the store. Numbers have 20 digits so that keys sort as numbers do; snapshots count
 * down from 10^20 - 1, so that the first key listed is the newest.
 */
const DIGITS = 20;
const LAST_NUMBER = 10n ** BigInt(DIGITS) - 1n;

export const LOG_PREFIX = "log/";
export const SNAPSHOT_PREFIX = "snapshot/";

export const logKey = (number: number): string => `${LOG_PREFIX}${String(number).padStart(DIGITS, "0")}.json`;

/** The number in a log key, or NaN for a key of another form. */
export const numberOfLogKey = (key: string): number =>
  Number(/^log\/(\d{20})\.json$/.exec(key)?.[1] ?? Number.NaN);

export const snapshotKey = (number: number): string =>
  `${SNAPSHOT_PREFIX}${String(LAST_NUMBER - BigInt(number)).padStart(DIGITS, "0")}.json`;

/** The number in a snapshot key, or NaN for a key of another form. */
export const numberOfSnapshotKey = (key: string): number => {
  const digits = /^snapshot\/(\d{20})\.json$/.exec(key)?.[1];
  return digits === undefined ? Number.NaN : Number(LAST_NUMBER - BigInt(digits));
};

export const pointerKey = (model: string, alias: string): string => `pointers/${model}/${alias}.json`;
