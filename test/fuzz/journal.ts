/**
 * Journal: how far a worker is, in a file of a few bytes that it writes before every input. What was written is
 * there whatever becomes of the writer, so a crash in native code or a hang still tells its input.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

const FIELDS = [
  "index",
  "startedMs",
  "read",
  "refused",
  "passedHeader",
  "slowestMs",
  "slowestIndex",
  "peakMegabytes",
] as const;

/** `index` is the input in work; the counts are of those before it. Times by Date.now(). */
export type Entry = Record<(typeof FIELDS)[number], number>;

export interface Journal {
  write(entry: Entry): void;
  /** Undefined before the first entry. */
  read(): Entry | undefined;
  close(): void;
}

export function openJournal(file: string, mode: "w" | "r"): Journal {
  const descriptor = openSync(file, mode);
  const numbers = new Float64Array(FIELDS.length);
  return {
    write(entry) {
      FIELDS.forEach((field, i) => {
        numbers[i] = entry[field];
      });
      writeSync(descriptor, numbers, 0, numbers.byteLength, 0);
    },
    read() {
      const length = readSync(descriptor, numbers, 0, numbers.byteLength, 0);
      if (length < numbers.byteLength) return undefined;
      return Object.fromEntries(FIELDS.map((field, i) => [field, numbers[i]])) as Entry;
    },
    close: () => closeSync(descriptor),
  };
}
