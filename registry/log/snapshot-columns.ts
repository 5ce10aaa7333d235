/**
 * Columns of a segment of versions: the numbers that lists are ordered and cut down by, one array each, so that a
 * first page is answered without reading the versions that are not on it. NaN: the version does not have it.
 */
import type { Version } from "./state.ts";

export type StoredColumn = [name: string, at: number];

/** The AUC on a set of the versions that have an operating point and were judged on it. */
export const aucColumn = (set: string): string => `auc on ${set}`;

const AUC_PREFIX = aucColumn("");

const NUMBERS = {
  createdAt: ({ createdAt }) => Date.parse(createdAt), // milliseconds since 1970
  sizeBytes: ({ sizeBytes }) => sizeBytes,
  parameters: ({ parameters }) => parameters,
  macs: ({ macs }) => macs,
} as const satisfies Record<string, (version: Version) => number>;

export function columnsOf(versions: readonly Version[]): [name: string, values: Float64Array][] {
  if (versions.length === 0) return [];
  const sets = [...new Set(versions.flatMap(({ evaluations }) => [...evaluations.keys()]))].sort();
  return [
    ...Object.entries(NUMBERS).map(([name, read]): [string, Float64Array] => [
      name,
      Float64Array.from(versions, read),
    ]),
    ...sets.map((set): [string, Float64Array] => [
      aucColumn(set),
      Float64Array.from(versions, ({ operatingPoint, evaluations }) =>
        operatingPoint ? (evaluations.get(set)?.auc.value ?? Number.NaN) : Number.NaN,
      ),
    ]),
  ];
}

/** Undefined for a column that segments do not hold. */
export function readColumn(
  columns: readonly StoredColumn[],
  name: string,
  { data, count }: { data: Uint8Array; count: number },
): Float64Array | undefined {
  const at = columns.find(([held]) => held === name)?.[1];
  if (at !== undefined) return new Float64Array(new Uint8Array(data.subarray(at, at + count * 8)).buffer);
  return name.startsWith(AUC_PREFIX) ? new Float64Array(count).fill(Number.NaN) : undefined;
}
