/** Versions by filter and order. All conditions of a filter hold at once; figures are point estimates on one set. */
import { VALIDATION } from "@radlite/registry/bundle";
import type { State, Version } from "@radlite/registry/log";
import { metricsOf, type VersionMetrics } from "./metrics.ts";
import { type Direction, type Page, type PageInput, paginate } from "./page.ts";
import { requireSet } from "./sets.ts";
import { parseTime } from "./times.ts";

export interface NumberFilter {
  eq?: number;
  in?: readonly number[];
  gte?: number;
  lte?: number;
}

export interface TextFilter {
  eq?: string;
  in?: readonly string[];
  contains?: string;
}

export interface VersionFilter {
  model?: TextFilter;
  number?: NumberFilter;
  sizeBytes?: NumberFilter;
  parameters?: NumberFilter;
  macs?: NumberFilter;
  recipe?: TextFilter;
  runId?: TextFilter;
  /** ISO times. */
  createdAt?: { gte?: string; lte?: string };
  /** Left out: both. */
  archived?: boolean;
  /** These four: a version that was not evaluated on the set does not match. */
  accuracy?: NumberFilter;
  sensitivity?: NumberFilter;
  specificity?: NumberFilter;
  auc?: NumberFilter;
}

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
] as const;

export type VersionOrderField = (typeof VERSION_ORDER_FIELDS)[number];

export interface VersionOrder {
  field: VersionOrderField;
  direction: Direction;
}

export interface ListVersionsInput extends PageInput {
  filter?: VersionFilter;
  /** Default: newest first. Equals follow each other by model and number. */
  orderBy?: VersionOrder;
  /** The set whose figures filter and order use; default `validation`. */
  metricsOn?: string;
}

const FIGURES = ["accuracy", "sensitivity", "specificity", "auc"] as const;

/** @throws BAD_INPUT for a cursor of another order or a time that is none. */
export function listVersions(state: State, input: ListVersionsInput = {}): Page<Version> {
  const { filter = {}, orderBy = { field: "CREATED_AT", direction: "DESC" }, metricsOn = VALIDATION } = input;
  requireSet(state, metricsOn);
  const { field, direction } = orderBy;
  const versions = [...state.models.values()].flatMap((model) => model.versions);
  return paginate(versions.filter(makeMatcher(filter, metricsOn)), input, {
    name: `versions by ${field} ${direction} on ${metricsOn}`,
    keyOf: (version) => [orderValue(version, field, metricsOn), version.model, version.number],
    directions: [direction, "ASC", "ASC"],
  });
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
    case "ACCURACY":
      return metricsOf(version, set)?.accuracy.value ?? null;
    case "SENSITIVITY":
      return metricsOf(version, set)?.sensitivity.value ?? null;
    case "SPECIFICITY":
      return metricsOf(version, set)?.specificity.value ?? null;
    case "AUC":
      return metricsOf(version, set)?.auc.value ?? null;
    default:
      return field satisfies never;
  }
}

function makeMatcher(filter: VersionFilter, set: string): (version: Version) => boolean {
  const { gte, lte } = filter.createdAt ?? {};
  const createdFrom = gte === undefined ? undefined : parseTime(gte, "createdAt");
  const createdTo = lte === undefined ? undefined : parseTime(lte, "createdAt");
  const asksForFigures = FIGURES.some((figure) => filter[figure] !== undefined);
  return (version) =>
    matchesText(version.model, filter.model) &&
    matchesNumber(version.number, filter.number) &&
    matchesNumber(version.sizeBytes, filter.sizeBytes) &&
    matchesNumber(version.parameters, filter.parameters) &&
    matchesNumber(version.macs, filter.macs) &&
    matchesText(version.recipe, filter.recipe) &&
    matchesText(version.runId, filter.runId) &&
    matchesNumber(Date.parse(version.createdAt), { gte: createdFrom, lte: createdTo }) &&
    (filter.archived === undefined || filter.archived === (version.archivedAt !== undefined)) &&
    (!asksForFigures || matchesFigures(metricsOf(version, set), filter));
}

function matchesFigures(metrics: VersionMetrics | undefined, filter: VersionFilter): boolean {
  return (
    metrics !== undefined && FIGURES.every((figure) => matchesNumber(metrics[figure].value, filter[figure]))
  );
}

function matchesNumber(value: number, { eq, in: among, gte, lte }: NumberFilter = {}): boolean {
  return (
    (eq === undefined || value === eq) &&
    (among === undefined || among.includes(value)) &&
    (gte === undefined || value >= gte) &&
    (lte === undefined || value <= lte)
  );
}

/** What is not there matches only a filter without conditions. */
function matchesText(value: string | undefined, { eq, in: among, contains }: TextFilter = {}): boolean {
  return (
    (eq === undefined || value === eq) &&
    (among === undefined || (value !== undefined && among.includes(value))) &&
    (contains === undefined || (value?.includes(contains) ?? false))
  );
}
