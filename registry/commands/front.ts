/**
 * Registered versions by what they cost and what they are worth on one set, and which of them nothing else beats:
 * bytes, multiply-accumulates or measured milliseconds against accuracy and against AUC. Versions of one recipe
 * that differ in their seed alone can be one row, with mean and spread.
 */
import { findParetoFront, type Spread, summariseSpread } from "@radlite/model/statistics";
import type { Registry, Version } from "@radlite/registry/log";
import { findComparable, groupSeeds } from "./front-groups.ts";
import { metricsOf, type VersionMetrics } from "./metrics.ts";
import { requireSet } from "./sets.ts";

export const FRONT_COSTS = ["bytes", "macs", "ms"] as const;

export type FrontCost = (typeof FRONT_COSTS)[number];

export interface FrontInput {
  /** Left out: versions of all models. */
  model?: string;
  on: string;
  by: FrontCost;
  /** Versions of a recipe with several seeds as one row; of a seed the latest one counts. */
  byRecipe?: boolean;
}

/** A version with its seed, judged on the set. */
export interface JudgedVersion {
  version: Version;
  seed: number;
  metrics: VersionMetrics;
}

export interface FrontRow {
  model: string;
  recipe: string;
  stageNames: readonly string[];
  judged: readonly JudgedVersion[];
  /** Over the versions of the row. */
  figures: Record<FrontCost | "accuracy" | "sensitivity" | "specificity" | "auc", Spread>;
  /** Whether nothing else costs less and is as accurate, or ranks as well; by the means. */
  onFront: { accuracy: boolean; auc: boolean };
}

export interface Front {
  on: string;
  by: FrontCost;
  /** Digest of the images that all rows were judged on, under one list of changes: those of most versions. */
  images: string | undefined;
  /** Cheapest first. */
  rows: FrontRow[];
  /** Judged on other images, or under another list of changes, so that they cannot be held against the rows. */
  leftOut: Version[];
}

/** Archived versions and those that were not judged on the set are no part of it. */
export async function readFront(
  { state }: Pick<Registry, "state">,
  { model, on, by, byRecipe = false }: FrontInput,
): Promise<Front> {
  requireSet(state, on, model);
  const candidates = [...state.models.values()]
    .flatMap((one) => [...one.versions])
    .filter((version) => (model === undefined || version.model === model) && !version.archivedAt);
  const { versions, images, otherwise } = findComparable(candidates, on);
  const groups = byRecipe ? groupSeeds(versions) : versions.map((version) => [version]);
  const rows = groups.map((group) => summariseRow(group, on));
  const front = (worth: "accuracy" | "auc") =>
    findParetoFront(rows.map(({ figures }) => ({ cost: figures[by].mean, worth: figures[worth].mean })));
  const [byAccuracy, byAuc] = [front("accuracy"), front("auc")];
  return {
    on,
    by,
    images,
    rows: rows
      .map((row, at) => ({ ...row, onFront: { accuracy: byAccuracy[at]!, auc: byAuc[at]! } }))
      .sort((a, b) => a.figures[by].mean - b.figures[by].mean),
    leftOut: otherwise,
  };
}

function summariseRow(versions: readonly Version[], on: string): Omit<FrontRow, "onFront"> {
  const judged = versions.map((version) => ({
    version,
    seed: version.seed,
    metrics: metricsOf(version, on)!,
  }));
  const { model, recipe, stageNames } = versions[0]!;
  const spread = (pick: (one: JudgedVersion) => number) => summariseSpread(judged.map(pick));
  return {
    model,
    recipe,
    stageNames,
    judged,
    figures: {
      bytes: spread(({ version }) => version.sizeBytes),
      macs: spread(({ version }) => version.macs),
      ms: spread(({ metrics }) => metrics.latencyMs),
      accuracy: spread(({ metrics }) => metrics.accuracy.value),
      sensitivity: spread(({ metrics }) => metrics.sensitivity.value),
      specificity: spread(({ metrics }) => metrics.specificity.value),
      auc: spread(({ metrics }) => metrics.auc.value),
    },
  };
}
