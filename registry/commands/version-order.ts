/**
 * Orders of versions. Each is total: equals follow each other by model and number, and what has no value comes last in
 * either direction.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Version } from "@radlite/registry/log";
import type { Direction, Order, SortKey } from "./page.ts";
import { parsePath, type RecipeLookup, readField } from "./recipe-values.ts";
import { COLUMNS, type Column, figureColumn } from "./version-columns.ts";
import { figureOf, type VersionFigure } from "./version-figures.ts";

export const VERSION_ORDER_FIELDS = [
  "NUMBER",
  "SIZE_BYTES",
  "PARAMETERS",
  "MACS",
  "CREATED_AT",
  "ACCURACY",
  "SENSITIVITY",
  "SPECIFICITY",
  "AUC",
  "BALANCED_ACCURACY",
  "LOWEST_SENSITIVITY",
  "LOWEST_SPECIFICITY",
  "LATENCY",
] as const;

export type VersionOrderField = (typeof VERSION_ORDER_FIELDS)[number];

/** Exactly one of the first two. */
export interface VersionOrder {
  field?: VersionOrderField;
  /** A field of the recipe, such as `fit.rate`: numbers before texts. */
  recipePath?: string;
  direction: Direction;
}

const FIGURES: Partial<Record<VersionOrderField, VersionFigure>> = {
  ACCURACY: "accuracy",
  SENSITIVITY: "sensitivity",
  SPECIFICITY: "specificity",
  AUC: "auc",
  BALANCED_ACCURACY: "balancedAccuracy",
  LOWEST_SENSITIVITY: "lowestSensitivity",
  LOWEST_SPECIFICITY: "lowestSpecificity",
  LATENCY: "latencyMs",
};

/** @param set whose figures are meant. @throws BAD_INPUT for none or both of the two, and for a path that is none. */
export function makeOrder(
  { field, recipePath, direction }: VersionOrder,
  set: string,
  recipes: RecipeLookup,
): Order<Version> {
  if ((field === undefined) === (recipePath === undefined)) {
    throw new RadliteError("BAD_INPUT", "orderBy takes exactly one of field and recipePath");
  }
  if (field !== undefined) {
    return {
      name: `versions by ${field} ${direction} on ${set}`,
      keyOf: (version) => [orderValue(version, field, set), version.model, version.number],
      directions: [direction, "ASC", "ASC"],
    };
  }
  const path = parsePath(recipePath!);
  return {
    name: `versions by recipe ${recipePath} ${direction}`,
    keyOf: (version) => [...readKey(recipes, version, path), version.model, version.number],
    directions: [direction, direction, "ASC", "ASC"],
  };
}

/** The numbers that the order of a field goes by. */
export function orderColumn(field: VersionOrderField, set: string): Column {
  switch (field) {
    case "NUMBER":
      return COLUMNS.number;
    case "SIZE_BYTES":
      return COLUMNS.sizeBytes;
    case "PARAMETERS":
      return COLUMNS.parameters;
    case "MACS":
      return COLUMNS.macs;
    case "CREATED_AT":
      return COLUMNS.createdAt;
    default:
      return figureColumn(FIGURES[field]!, set);
  }
}

/** Of two columns one is filled, or none. */
function readKey(recipes: RecipeLookup, { recipeDigest }: Version, path: readonly string[]): SortKey {
  const value = readField(recipes(recipeDigest), path) ?? null;
  if (typeof value === "number") return [value, null];
  return [null, value === null || typeof value === "string" ? value : JSON.stringify(value)];
}

function orderValue(version: Version, field: VersionOrderField, set: string): string | number | null {
  switch (field) {
    case "NUMBER":
      return version.number;
    case "SIZE_BYTES":
      return version.sizeBytes;
    case "PARAMETERS":
      return version.parameters;
    case "MACS":
      return version.macs;
    case "CREATED_AT":
      return version.createdAt;
    default:
      return figureOf(version, set, FIGURES[field]!) ?? null;
  }
}
