/** The Pareto front of one model by one cost and one worth, for as many versions as there are. */
import { RadliteError } from "@radlite/model/errors";
import { findParetoFront, type Spread, summariseSpread, type Tradeoff } from "@radlite/model/statistics";
import type { Registry, State, Version } from "@radlite/registry/log";
import { FRONT_COSTS } from "./front.ts";
import { findComparable, groupSeeds } from "./front-groups.ts";
import { requireSet } from "./sets.ts";
import { figureOf } from "./version-figures.ts";
import type { VersionFilter } from "./version-filter.ts";
import { findMatching } from "./version-list.ts";

export const PARETO_COSTS = [...FRONT_COSTS, "parameters"] as const;

export type ParetoCost = (typeof PARETO_COSTS)[number];

export const PARETO_WORTHS = [
  "accuracy",
  "auc",
  "specificity",
  "sensitivity",
  "balancedAccuracy",
  "lowestSpecificity",
] as const;

export type ParetoWorth = (typeof PARETO_WORTHS)[number];

/** Rows, and versions left out, in one answer. */
export const FRONT_LIMITS = { usual: 200, most: 1_000 } as const;

export interface ParetoFrontInput {
  model: string;
  /** The set whose figures count, those of the filter too. */
  on: string;
  cost: ParetoCost;
  worth: ParetoWorth;
  /** Versions of a recipe with several seeds as one row; of a seed the latest one counts. */
  groupBySeed?: boolean;
  filter?: VersionFilter;
  first?: number;
}

export interface ParetoRow {
  versions: Version[];
  cost: Spread;
  worth: Spread;
  /** By the means. */
  onFront: boolean;
}

export interface ParetoFront {
  on: string;
  images: string | undefined;
  /** Cheapest first: those on the front, and of the others those of most worth, as many as were asked for. */
  rows: ParetoRow[];
  totalCount: number;
  /** As many as were asked for of the versions without an evaluation on the set, or judged otherwise. */
  leftOut: Version[];
  leftOutCount: number;
}

/** Archived versions are no part of it. @throws BAD_INPUT for a set, filter or number of rows that is none; NOT_FOUND. */
export async function findFront(
  registry: Registry,
  state: State,
  { model, on, cost, worth, groupBySeed = false, filter = {}, first = FRONT_LIMITS.usual }: ParetoFrontInput,
): Promise<ParetoFront> {
  requireSet(state, on, model);
  if (!Number.isInteger(first) || first < 1 || first > FRONT_LIMITS.most) {
    throw new RadliteError("BAD_INPUT", `first is ${first}, expected 1 to ${FRONT_LIMITS.most}`);
  }
  const matching = await findMatching(registry, state, { model, filter, metricsOn: on });
  const { versions, images, otherwise, unjudged } = findComparable(
    matching.filter(({ archivedAt }) => archivedAt === undefined),
    on,
  );
  const groups = groupBySeed ? groupSeeds(versions) : versions.map((version) => [version]);
  const readCost = (version: Version) => costOf(version, on, cost);
  const readWorth = (version: Version) => figureOf(version, on, worth)!;
  const points = groups.map((group) => ({ cost: meanOf(group, readCost), worth: meanOf(group, readWorth) }));
  const isOnFront = findParetoFront(points);
  const leftOut = [...unjudged, ...otherwise];
  return {
    on,
    images,
    rows: chooseRows(points, isOnFront, first).map((at) => ({
      versions: groups[at]!,
      cost: summariseSpread(groups[at]!.map(readCost)),
      worth: summariseSpread(groups[at]!.map(readWorth)),
      onFront: isOnFront[at]!,
    })),
    totalCount: groups.length,
    leftOut: leftOut.slice(0, first),
    leftOutCount: leftOut.length,
  };
}

function costOf(version: Version, on: string, cost: ParetoCost): number {
  switch (cost) {
    case "bytes":
      return version.sizeBytes;
    case "macs":
      return version.macs;
    case "parameters":
      return version.parameters;
    case "ms":
      return figureOf(version, on, "latencyMs")!;
    default:
      return cost satisfies never;
  }
}

function meanOf(group: readonly Version[], read: (version: Version) => number): number {
  return group.length === 1 ? read(group[0]!) : summariseSpread(group.map(read)).mean;
}

/** Places of rows, cheapest first. */
function chooseRows(points: readonly Tradeoff[], isOnFront: readonly boolean[], first: number): number[] {
  const places = points.map((_, at) => at);
  const best = places.filter((at) => isOnFront[at]).slice(0, first);
  const others = places.filter((at) => !isOnFront[at]);
  const worths = Float64Array.from(others, (at) => points[at]!.worth).sort();
  const least = worths[worths.length - (first - best.length)] ?? Number.NEGATIVE_INFINITY; // worth of the last chosen
  const wanted = others.filter((at) => points[at]!.worth >= least && best.length < first);
  wanted.sort((a, b) => points[b]!.worth - points[a]!.worth || a - b);
  return [...best, ...wanted.slice(0, first - best.length)].sort(
    (a, b) => points[a]!.cost - points[b]!.cost || points[b]!.worth - points[a]!.worth,
  );
}
