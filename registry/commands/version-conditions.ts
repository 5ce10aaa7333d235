/** Which conditions of a filter columns answer: those on numbers, at its top and in every `and`. */
import type { NumberFilter } from "./conditions.ts";
import { COLUMNS, figureColumn } from "./version-columns.ts";
import { VERSION_FIGURES } from "./version-figures.ts";
import { readTimes, type VersionFilter } from "./version-filter.ts";
import type { ColumnCondition } from "./version-pages.ts";

const NUMBERS = ["number", "sizeBytes", "parameters", "macs", "seed"] as const;

export interface ColumnConditions {
  /** All hold for what matches the filter. */
  conditions: ColumnCondition[];
  /** Whether what they all hold for matches the filter. */
  isAll: boolean;
}

/** @param set whose figures are meant. */
export function splitFilter(filter: VersionFilter, set: string): ColumnConditions {
  const { and = [], createdAt, ...rest } = filter;
  const conditions: ColumnCondition[] = [];
  const add = (given: NumberFilter | undefined, column: ColumnCondition["column"]) => {
    if (given && Object.values(given).some((limit) => limit !== undefined))
      conditions.push({ column, filter: given });
  };
  for (const name of NUMBERS) add(rest[name], COLUMNS[name]);
  for (const figure of VERSION_FIGURES) add(rest[figure], figureColumn(figure, set));
  add(readTimes(createdAt), COLUMNS.createdAt);
  const parts = and.map((part) => splitFilter(part, set));
  const known = new Set<string>([...NUMBERS, ...VERSION_FIGURES]);
  const isAll = Object.entries(rest).every(([name, given]) => given === undefined || known.has(name));
  return {
    conditions: [...conditions, ...parts.flatMap((part) => part.conditions)],
    isAll: isAll && parts.every((part) => part.isAll),
  };
}
